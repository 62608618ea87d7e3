package dev.palimpsest.trainer;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Tokenizer;
import dev.palimpsest.model.Chance;
import dev.palimpsest.model.Inference;
import dev.palimpsest.model.LanguageModel.Penalties;
import dev.palimpsest.model.LanguageModel.Prompt;
import dev.palimpsest.model.LanguageModel.Sampling;
import dev.palimpsest.model.UnsupportedModel;
import dev.palimpsest.torch.Device;
import dev.palimpsest.torch.Scope;
import dev.palimpsest.training.TrainingLoop.Stopped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The main program of completions: {@code complete RUN_FILE}. It loads one model and writes what
 * lines of standard input ask for, one after another, each piece of a text as soon as it stands.
 * When standard input ends, the worker is gone or needs it no more.
 */
public final class CompletionProcess {
    private static final int FAILED = 1;

    private final Inference model;
    private final Tokenizer tokenizer;
    private final WishLines wishes;
    private final TrainerProcess.EventLines events;

    private CompletionProcess(
            Inference model,
            Tokenizer tokenizer,
            WishLines wishes,
            TrainerProcess.EventLines events) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.wishes = wishes;
        this.events = events;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Begun<CompletionRun> begun = Begun.of(arguments, "complete", CompletionRun.class);
        CompletionRun run = begun.run();
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(run.threads()));
        WishLines wishes = WishLines.heard(System.in);
        TrainerProcess.EventLines events = new TrainerProcess.EventLines(begun.lines());
        try (Scope scope = Scope.open(new Device(run.device()));
                Tokenizer tokenizer =
                        Tokenizer.open(Path.of(run.model()).resolve("tokenizer.json"))) {
            Inference model =
                    new Inference(
                            FrozenModel.decoder(
                                    run.model(), run.checkpoint(), run.kind(), run.bf16(), scope),
                            Inference.NO_TOKEN);
            new CompletionProcess(model, tokenizer, wishes, events).forEver();
        } catch (Device.Missing | InvalidData | UnsupportedModel cause) {
            events.write(new TrainerEvent.Failed(String.valueOf(cause.getMessage())));
            System.exit(FAILED);
        }
    }

    private void forEver() throws InterruptedException {
        while (true) {
            CompletionWish.Write wish = wishes.next();
            try {
                write(wish.number(), wish.texts());
            } catch (Stopped calledOff) {
                // what was written was told
            }
            events.write(new TrainerEvent.Answered(wish.number()));
        }
    }

    private void write(long number, CompletionWish.Texts asked) {
        CompletionWish.Telling telling = asked.telling();
        List<TextSoFar> texts = new ArrayList<>();
        List<Prompt> prompts = new ArrayList<>();
        for (List<Integer> prompt : asked.prompts()) {
            int begins =
                    telling == null || !telling.prompts()
                            ? 0
                            : echoed(number, asked, prompt, telling.likeliest(), texts.size());
            prompts.add(new Prompt(prompt, asked.samples(), asked.seed() + texts.size()));
            for (int i = 0; i < asked.samples(); i++)
                texts.add(new TextSoFar(tokenizer, asked, begins));
        }
        if (asked.most() == 0) {
            for (int choice = 0; choice < texts.size(); choice++)
                tell(number, choice, TextSoFar.Piece.NOTHING_WRITTEN);
            return;
        }
        Penalties penalties = new Penalties(asked.frequencyPenalty(), asked.presencePenalty());
        Sampling sampling =
                new Sampling(asked.temperature(), asked.topP(), 0, asked.most(), penalties);
        var _ =
                model.generate(
                        prompts,
                        sampling,
                        telling == null ? null : telling.likeliest(),
                        (prompt, sample, written, chance) -> {
                            if (wishes.calledOff(number)) throw new Stopped();
                            int choice = prompt * asked.samples() + sample;
                            TextSoFar.Piece piece = texts.get(choice).after(written, chance);
                            if (!piece.isNothing()) tell(number, choice, piece);
                            return piece.ending() == null;
                        });
    }

    /** Begins a prompt's texts with it, from a choice on; answers its length in code points. */
    private int echoed(
            long number,
            CompletionWish.Texts asked,
            List<Integer> prompt,
            @Nullable Integer likeliest,
            int first) {
        List<Chance> chances = likeliest == null ? List.of() : model.chances(prompt, likeliest);
        Echo echo = new Echo(prompt, chances, likeliest != null, tokenizer);
        for (Echo.Part part : echo.parts()) {
            if (wishes.calledOff(number)) throw new Stopped();
            for (int i = 0; i < asked.samples(); i++)
                tell(number, first + i, new TextSoFar.Piece(part.text(), 0, null, part.told()));
        }
        return echo.length();
    }

    private void tell(long number, int choice, TextSoFar.Piece piece) {
        events.write(
                new TrainerEvent.Wrote(
                        number,
                        choice,
                        piece.text(),
                        piece.tokens(),
                        piece.ending(),
                        piece.told()));
    }
}
