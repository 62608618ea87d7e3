package dev.palimpsest.model;

import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Method.Lora;
import dev.palimpsest.spec.Method.Variant;
import dev.palimpsest.spec.Projection;
import dev.palimpsest.spec.TargetModules;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** adapter_config.json as PEFT writes and reads it (peft, LoraConfig). */
final class AdapterConfig {
    private static final String FILE = "adapter_config.json";
    private static final long LARGEST = 1 << 20;

    /** What changes an adapter's meaning and is not supported, with the value that leaves it. */
    private static final List<Map.Entry<String, String>> ONLY =
            List.of(
                    Map.entry("peft_type", "LORA"),
                    Map.entry("bias", "none"),
                    Map.entry("fan_in_fan_out", "false"),
                    Map.entry("lora_bias", "false"),
                    Map.entry("use_qalora", "false"));

    private static final List<String> NEVER =
            List.of(
                    "modules_to_save",
                    "rank_pattern",
                    "alpha_pattern",
                    "layer_replication",
                    "trainable_token_indices",
                    "target_parameters",
                    "alora_invocation_tokens",
                    "use_bdlora",
                    "kasa_config",
                    "velora_config",
                    "monteclora_config");

    /** The version of PEFT whose fields these are, and those of them that say nothing here. */
    private static final String LAYOUT = "0.21.2";

    private static final List<String> UNUSED =
            List.of(
                    "alora_invocation_tokens",
                    "arrow_config",
                    "auto_mapping",
                    "corda_config",
                    "eva_config",
                    "exclude_modules",
                    "kasa_config",
                    "layer_replication",
                    "layers_pattern",
                    "layers_to_transform",
                    "lora_ga_config",
                    "megatron_config",
                    "modules_to_save",
                    "monteclora_config",
                    "revision",
                    "target_parameters",
                    "trainable_token_indices",
                    "use_bdlora",
                    "velora_config");

    private AdapterConfig() {}

    static Lora read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file))
            throw new UnsupportedModel("there is no " + FILE + " in " + folder.getFileName());
        if (Files.size(file) > LARGEST)
            throw new UnsupportedModel(
                    "%s has %,d bytes; that is no adapter's".formatted(FILE, Files.size(file)));
        JsonNode config;
        try {
            config = Binder.JSON.readTree(Files.readString(file));
        } catch (JacksonException | CharacterCodingException broken) {
            throw new UnsupportedModel(FILE + " is not valid JSON");
        }
        refuse(config);
        int rank = config.path("r").asInt(0);
        double alpha = config.path("lora_alpha").asDouble(0);
        if (rank < 1 || !(alpha > 0))
            throw new UnsupportedModel(FILE + ": r and lora_alpha must be above 0");
        return Lora.of(
                rank,
                alpha,
                config.path("lora_dropout").asDouble(0),
                new TargetModules(targets(config)),
                variant(config));
    }

    static void write(Path folder, Lora method, String baseModel) throws IOException {
        ObjectNode config = Binder.JSON.createObjectNode();
        config.put("peft_type", "LORA")
                .put("peft_version", LAYOUT)
                .put("task_type", "CAUSAL_LM")
                .put("base_model_name_or_path", baseModel)
                .put("r", method.rank())
                .put("lora_alpha", method.alpha())
                .put("lora_dropout", method.dropout())
                .put("bias", "none")
                .put("fan_in_fan_out", false)
                .put("inference_mode", true)
                .put("init_lora_weights", true)
                .put("use_rslora", method.variant() == Variant.RSLORA)
                .put("use_dora", method.hasMagnitudes())
                .put("lora_bias", false)
                .put("ensure_weight_tying", false)
                .put("use_qalora", false)
                .put("qalora_group_size", 16)
                .put("megatron_core", "megatron.core");
        for (String field : List.of("rank_pattern", "alpha_pattern", "loftq_config"))
            config.putObject(field);
        for (String field : UNUSED) config.putNull(field);
        ArrayNode modules = config.putArray("target_modules");
        for (Projection projection : Projection.values())
            if (method.targetModules().projections().contains(projection))
                modules.add(projection.module());
        Files.writeString(
                folder.resolve(FILE),
                Binder.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
    }

    private static void refuse(JsonNode config) {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> only : ONLY) {
            String given = config.path(only.getKey()).asString(only.getValue());
            if (!given.equals(only.getValue()))
                problems.add(
                        "%s is %s, supported is %s"
                                .formatted(only.getKey(), given, only.getValue()));
        }
        for (String field : NEVER)
            if (config.hasNonNull(field) && !isEmpty(config.path(field)))
                problems.add(field + " is not supported");
        if (!problems.isEmpty())
            throw new UnsupportedModel(FILE + ": " + String.join("; ", problems));
    }

    private static boolean isEmpty(JsonNode value) {
        return (value.isContainer() && value.isEmpty())
                || (value.isBoolean() && !value.booleanValue());
    }

    private static Variant variant(JsonNode config) {
        boolean rslora = config.path("use_rslora").asBoolean(false);
        boolean dora = config.path("use_dora").asBoolean(false);
        if (rslora && dora)
            throw new UnsupportedModel(
                    FILE + ": use_rslora and use_dora together are not supported");
        return dora ? Variant.DORA : rslora ? Variant.RSLORA : Variant.STANDARD;
    }

    /** Names of modules, or of their full paths, or PEFT's {@code all-linear}. */
    private static Set<Projection> targets(JsonNode config) {
        JsonNode given = config.path("target_modules");
        if (given.asString("").equals("all-linear")) return Projection.ALL;
        Set<Projection> targets = EnumSet.noneOf(Projection.class);
        for (JsonNode name : given) {
            String module = name.asString("");
            boolean known = false;
            for (Projection projection : Projection.values())
                if (module.equals(projection.module())
                        || module.endsWith("." + projection.module())) {
                    targets.add(projection);
                    known = true;
                }
            if (!known)
                throw new UnsupportedModel(
                        FILE
                                + ": target_modules has '%s', which is no projection of a block"
                                        .formatted(module));
        }
        if (targets.isEmpty())
            throw new UnsupportedModel(FILE + ": target_modules names no module");
        return targets;
    }
}
