/**
 * The fine-tuning API of OpenAI's clients, on the same models, datasets and jobs: a file is a
 * dataset, a fine-tuning job is a job of an experiment, a fine-tuned model is its last checkpoint,
 * and a completion is what a model says.
 */
@ApplicationModule(
        allowedDependencies = {
            "spec",
            "data",
            "model",
            "trainer",
            "home",
            "artifacts",
            "projects",
            "catalog",
            "jobs",
            "metrics",
            "events",
            "completions",
            "web"
        })
@NullMarked
package dev.palimpsest.openai;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
