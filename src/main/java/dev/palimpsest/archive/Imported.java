package dev.palimpsest.archive;

import java.util.List;
import java.util.Map;

/**
 * An experiment that came as an archive.
 *
 * @param origin its id where the archive was made
 * @param baseModel as it is named here; with an @ where no model here has its content
 * @param jobs their ids by those that they had
 * @param limits what can't be done with it here, in sentences
 */
record Imported(
        String experiment,
        String origin,
        String baseModel,
        Map<String, String> jobs,
        long checkpoints,
        long evaluations,
        List<String> limits) {}
