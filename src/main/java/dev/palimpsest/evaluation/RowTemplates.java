package dev.palimpsest.evaluation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Texts of a row: a template for each, or one whose expression gives a list, {@code
 * "{{choices.text}}"}.
 */
record RowTemplates(List<RowTemplate> templates, boolean each) {
    RowTemplates {
        templates = List.copyOf(templates);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static RowTemplates of(JsonNode json) {
        if (json.isString()) return new RowTemplates(List.of(RowTemplate.of(json)), false);
        if (!json.isArray())
            throw new InvalidSpec(
                    "", "must be a list of templates, or one that gives a list: {{choices}}");
        if (json.size() < 2) throw new InvalidSpec("", "must be at least two");
        List<RowTemplate> templates = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            try {
                templates.add(RowTemplate.of(json.get(i)));
            } catch (InvalidSpec invalid) {
                for (Fault fault : invalid.faults()) faults.add(fault.under("/" + i));
            }
        }
        if (!faults.isEmpty()) throw new InvalidSpec(faults);
        return new RowTemplates(templates, true);
    }

    @JsonValue
    Object json() {
        return each ? templates : templates.getFirst();
    }

    /** At least two, none of them empty. */
    List<String> texts(BenchmarkRow row, String pointer) {
        List<String> texts =
                each
                        ? IntStream.range(0, templates.size())
                                .mapToObj(i -> templates.get(i).text(row, pointer + "/" + i))
                                .toList()
                        : templates.getFirst().texts(row, pointer);
        if (texts.size() < 2)
            throw new InvalidSpec(
                    pointer, "gives %d, must give two at least".formatted(texts.size()));
        for (int i = 0; i < texts.size(); i++)
            if (texts.get(i).isEmpty())
                throw new InvalidSpec(each ? pointer + "/" + i : pointer, "gives an empty text");
        return texts;
    }
}
