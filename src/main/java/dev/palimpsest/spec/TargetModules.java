package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The projections that get an adapter: {@code all}, {@code attention}, {@code mlp}, or a list of
 * module names.
 */
public record TargetModules(Set<Projection> projections) {
    public static final TargetModules ALL = new TargetModules(Projection.ALL);

    public TargetModules {
        if (projections.isEmpty()) throw new InvalidSpec("", "names no module");
        projections = Set.copyOf(projections);
    }

    /** Reads a group's name or a list of module names. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static TargetModules of(JsonNode json) {
        if (json.isString()) {
            return group(json.stringValue())
                    .or(() -> Projection.of(json.stringValue()).map(Set::of))
                    .map(TargetModules::new)
                    .orElseThrow(() -> unknown("", json.stringValue()));
        }
        if (!json.isArray()) throw new InvalidSpec("", "must be a group's name or a list of names");
        Faults faults = new Faults();
        Set<Projection> named = EnumSet.noneOf(Projection.class);
        for (int i = 0; i < json.size(); i++) {
            String name = json.get(i).asString("");
            Optional<Projection> projection = Projection.of(name);
            projection.ifPresentOrElse(
                    named::add, pointing(faults, unknown("/" + i, name).faults()));
        }
        faults.raise();
        return new TargetModules(named);
    }

    @JsonValue
    Object json() {
        if (projections.equals(Projection.ALL)) return "all";
        if (projections.equals(Projection.ATTENTION)) return "attention";
        if (projections.equals(Projection.MLP)) return "mlp";
        return projections.stream().sorted().map(Projection::module).toList();
    }

    private static Optional<Set<Projection>> group(String name) {
        return switch (name) {
            case "all" -> Optional.of(Projection.ALL);
            case "attention" -> Optional.of(Projection.ATTENTION);
            case "mlp" -> Optional.of(Projection.MLP);
            default -> Optional.empty();
        };
    }

    private static Runnable pointing(Faults faults, List<Fault> found) {
        return () -> found.forEach(faults::add);
    }

    private static InvalidSpec unknown(String pointer, String name) {
        return new InvalidSpec(
                pointer,
                "'%s' is no module; use all, attention, mlp, or names of %s"
                        .formatted(
                                name,
                                String.join(
                                        ", ",
                                        EnumSet.allOf(Projection.class).stream()
                                                .map(Projection::module)
                                                .toList())));
    }
}
