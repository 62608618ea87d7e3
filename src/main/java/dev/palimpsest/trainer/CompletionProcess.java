package dev.palimpsest.trainer;

import dev.palimpsest.data.InvalidData;
import dev.palimpsest.data.Tokenizer;
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
        List<TextSoFar> texts = new ArrayList<>();
        List<Prompt> prompts = new ArrayList<>();
        for (List<Integer> prompt : asked.prompts()) {
            prompts.add(new Prompt(prompt, asked.samples(), asked.seed() + texts.size()));
            for (int i = 0; i < asked.samples(); i++) texts.add(new TextSoFar(tokenizer, asked));
        }
        Penalties penalties = new Penalties(asked.frequencyPenalty(), asked.presencePenalty());
        Sampling sampling =
                new Sampling(asked.temperature(), asked.topP(), 0, asked.most(), penalties);
        var _ =
                model.generate(
                        prompts,
                        sampling,
                        (prompt, sample, written) -> {
                            if (wishes.calledOff(number)) throw new Stopped();
                            int choice = prompt * asked.samples() + sample;
                            TextSoFar.Piece piece = texts.get(choice).after(written);
                            if (!piece.isNothing())
                                events.write(
                                        new TrainerEvent.Wrote(
                                                number,
                                                choice,
                                                piece.text(),
                                                piece.tokens(),
                                                piece.ending()));
                            return piece.ending() == null;
                        });
    }
}
