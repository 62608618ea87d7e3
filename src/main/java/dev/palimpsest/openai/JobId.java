package dev.palimpsest.openai;

import dev.palimpsest.web.NotFound;

/** A job's id in the words of either API: {@code job_06c…} is {@code ftjob-06c…}. */
public final class JobId {
    static final String PREFIX = "job_";
    private static final String OPENAI = "ftjob-";

    private JobId() {}

    static String bare(String job) {
        return job.substring(PREFIX.length());
    }

    public static String openAi(String job) {
        return OPENAI + bare(job);
    }

    static String job(String openAi) {
        if (!openAi.startsWith(OPENAI)) throw missing(openAi);
        return PREFIX + openAi.substring(OPENAI.length());
    }

    static NotFound missing(String openAi) {
        return new NotFound(
                "there is no fine-tuning job '%s'; GET /v1/fine_tuning/jobs lists them"
                        .formatted(openAi));
    }
}
