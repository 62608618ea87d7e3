/**
 * Palimpsest runs finetuning experiments and shows what each run learned and what it forgot.
 *
 * <p>A job's way through the packages, which is the order to read them in: {@code spec} says what
 * is asked; {@code catalog} holds what jobs start from (models come by {@code hub} or {@code gguf}
 * too, datasets by {@code tables}); {@code jobs} is a job's life ({@code sweeps} makes many at
 * once, {@code studies} the whole of the paper's); {@code dispatch} gives it to one live worker;
 * {@code worker} starts a process for each attempt and files what it says. That process is {@code
 * trainer}: {@code data} (with {@code jinja}) makes batches of text, {@code model} on {@code torch}
 * is the transformer, {@code training} the loop, {@code evaluation} the scores, {@code sandbox}
 * where code that a model writes is run. Back in the service {@code metrics} keeps what was
 * measured, {@code analysis} says what it means ({@code figures} draws it) and {@code advice} what
 * to do (a {@code report} has all); {@code scoring} scores what is there without training, {@code
 * spectra} (by {@code decomposition}) tells what changed in the weights, {@code external} takes in
 * what was trained elsewhere ({@code mlflow} from MLflow's clients), {@code exports} makes it into
 * other forms, {@code archive} a whole experiment into one file; {@code webhooks} tell other
 * services what happened, by an {@code egress} that leads to nobody inside; {@code openai} is
 * another way in, for clients that speak so, and has models speak ({@code completions}). {@code
 * access} knows who asks and {@code projects} whose everything is, {@code idempotency} what was
 * asked twice, {@code telemetry} what is seen from outside. {@code background} queues what no
 * request waits for; {@code launch}, {@code home}, {@code filter}, {@code columns} and {@code web}
 * are what all share, {@code demo} is a client.
 */
@NullMarked
package dev.palimpsest;

import org.jspecify.annotations.NullMarked;
