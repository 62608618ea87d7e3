package dev.palimpsest.advice;

/**
 * The paper's claims, and by which number of an experiment each is judged. A claim is supported
 * where the number's 95 % interval lies where the claim has it, contradicted where it lies on the
 * other side, and within noise where it has both in it.
 */
enum Statement {
    LEARNS_LESS(
            "LoRA learns less",
            "section 4.1, figure 1",
            "the learning of full finetuning less that of LoRA, alike but for the method, each at its best rate; the mean over"
                    + " ranks and lengths is above 0"),
    FORGETS_LESS(
            "LoRA forgets less",
            "section 4.2, figure 2",
            "the forgetting of full finetuning less that of LoRA, alike but for the method, each at its best rate; the mean over"
                    + " ranks and lengths is above 0"),
    FORGETS_LESS_AT_EQUAL_LEARNING(
            "at equal learning LoRA has forgotten less",
            "section 4.3, figure 3",
            "the forgetting of full finetuning less that of LoRA where each first reaches the most that both learn, by straight lines"
                    + " from the base model through the lengths, for each rank and seed; the mean is above 0"),
    RANK_LEARNS(
            "a higher rank learns more",
            "section 4.3",
            "how much learning grows when the rank is doubled and alpha with it, by least squares; the mean over lengths and"
                    + " targets is above 0"),
    RANK_FORGETS(
            "a higher rank forgets more",
            "section 4.3",
            "how much forgetting grows when the rank is doubled and alpha with it, by least squares; the mean over lengths and"
                    + " targets is above 0"),
    RATE_RATIO(
            "LoRA's best learning rate is about ten times that of full finetuning",
            "section 4.7, appendix B",
            "the decimal logarithm of the best rates' ratio, bounded half the way from the rates that noise allows to be the best"
                    + " to those next to them; supported between five and twenty times with a lower bound above equal rates,"
                    + " contradicted where the bounds leave five to twenty times out"),
    RATE_TOLERANCE(
            "LoRA is less tolerant of the learning rate",
            "appendix B, figure S1",
            "powers of ten between the lowest and the highest rate within 90 % of the best score, full finetuning's less LoRA's,"
                    + " in each seed; the mean is above 0"),
    MLP_OVER_ATTENTION(
            "adapters in the MLP learn more than in attention",
            "section 4.7, figure 7",
            "the learning with targets mlp less that with attention, alike otherwise, each at its best rate; the mean is above 0"),
    ALL_OVER_ATTENTION(
            "adapters in all modules learn more than in attention",
            "section 4.7, figure 7",
            "the learning with targets all less that with attention, alike otherwise, each at its best rate; the mean is above 0"),
    ALL_LIKE_MLP(
            "adapters in all modules learn about as much as in the MLP",
            "section 4.7, figure 7",
            "the learning with targets all less that with mlp, alike otherwise, each at its best rate; supported where the interval"
                    + " lies within a tenth of what targets all gained on the base model, contradicted where it lies outside"),
    FULL_RANK(
            "full finetuning changes weights by a rank far above LoRA's",
            "section 4.6, figure 6",
            "the rank at 90 % of the change of full finetuning's last checkpoint, the median over modules of medians over layers,"
                    + " by the median of the ranks of LoRA here (16 if none); supported where it is at least 10"),
    DIVERSITY(
            "LoRA's samples are more diverse than those of full finetuning",
            "section 4.5, figure 5",
            "different texts among the samples of a problem, LoRA's less full finetuning's, alike otherwise; the mean is above 0"),
    BASE_DIVERSITY(
            "the base model's samples are more diverse than LoRA's",
            "section 4.5, figure 5",
            "different texts among the samples of a problem, the base model's less LoRA's; the mean is above 0"),
    STRONGER_THAN_DECAY(
            "LoRA keeps more than weight decay does",
            "section 4.5, figure 4",
            "the forgetting of full finetuning with more weight decay than LoRA has, less LoRA's; the mean is above 0"),
    STRONGER_THAN_DROPOUT(
            "LoRA keeps more than attention dropout does",
            "section 4.5, figure 4",
            "the forgetting of full finetuning with more attention dropout than LoRA has, less LoRA's; the mean is above 0"),
    ALPHA(
            "alpha = 2r learns more than a smaller alpha",
            "section 4.7, figure 7",
            "the learning with alpha = 2r less that with smaller ones, alike otherwise, each at its best rate; the mean is above 0");

    private final String words;
    private final String paper;
    private final String rule;

    Statement(String words, String paper, String rule) {
        this.words = words;
        this.paper = paper;
        this.rule = rule;
    }

    /** Whether it is about a number's being above 0. */
    boolean isBySign() {
        return this != RATE_RATIO && this != ALL_LIKE_MLP && this != FULL_RANK;
    }

    String words() {
        return words;
    }

    String paper() {
        return paper;
    }

    String rule() {
        return rule;
    }
}
