package dev.palimpsest.metrics;

import dev.palimpsest.catalog.RegisteredTask;
import dev.palimpsest.catalog.Tasks;
import dev.palimpsest.data.InvalidData;
import dev.palimpsest.evaluation.ItemResult;
import dev.palimpsest.evaluation.PairedDifference;
import dev.palimpsest.evaluation.Primary;
import dev.palimpsest.evaluation.ScoreKind;
import dev.palimpsest.spec.Convention;
import dev.palimpsest.spec.EvaluationPlan;
import dev.palimpsest.spec.Exemplars;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Conflict;
import dev.palimpsest.web.Example;
import dev.palimpsest.web.Page;
import dev.palimpsest.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How two models' answers to the same items differ. */
@Tag(name = "Evaluations")
@RestController
@RequestMapping("/api/v1/evaluations/{id}/difference")
class DifferenceController {
    private static final int ITEMS_AT_ONCE = 100;

    private final Evaluations evaluations;
    private final Tasks tasks;

    DifferenceController(Evaluations evaluations, Tasks tasks) {
        this.evaluations = evaluations;
        this.tasks = tasks;
    }

    /** How two models differ on the same items. */
    record DifferenceView(
            String from,
            String to,
            String task,
            String metric,
            int items,
            double value,
            @Nullable Double stderr,
            List<Double> interval,
            int better,
            int worse,
            boolean withinNoise,
            String words) {}

    @Operation(
            summary = "Compare two evaluations item by item",
            description =
                    "The primary metric of this one minus that of `from`, say the base model's at step 0, with the 95 %"
                            + " interval of the paired difference. Both must have asked the same items in the same way.")
    @Example(
            response =
                    """
                    {"from": "eval_06dgm0e1xhw4t9s8n1p3q5r7vw", "to": "eval_06dgm0e1xhw4t9s8n1p3q5r7vy", "task": "hellaswag",
                     "metric": "acc_norm", "items": 100, "value": -0.08, "stderr": 0.034, "interval": [-0.1464, -0.0136],
                     "better": 2, "worse": 10, "within_noise": false,
                     "words": "worse: -0.0800, 95 % interval -0.1464 to -0.0136"}""")
    @GetMapping
    DifferenceView difference(
            @PathVariable String id,
            @Parameter(description = "The evaluation to compare with") @RequestParam String from) {
        Pair pair = pair(from, id);
        try {
            PairedDifference difference =
                    PairedDifference.of(
                            pair.kind(),
                            evaluations.items(from, 0, pair.first().items()),
                            evaluations.items(id, 0, pair.second().items()));
            return new DifferenceView(
                    from,
                    id,
                    pair.first().task(),
                    pair.primary().metric(),
                    pair.first().items(),
                    difference.value(),
                    difference.stderr(),
                    List.of(difference.low(), difference.high()),
                    difference.better(),
                    difference.worse(),
                    difference.withinNoise(),
                    difference.words(pair.kind()));
        } catch (InvalidData differ) {
            throw pair.notAlike(differ);
        }
    }

    /**
     * One item that the two did not do equally well.
     *
     * @param gain by how much the second did better, in accuracy or in bits saved
     */
    record DifferingItem(int index, double gain, ItemView from, ItemView to) {}

    @Operation(
            summary = "List the items that two evaluations differ on",
            description =
                    "Both answers of each item that this one did better or worse than `from`, in the task's order; `gain` is in accuracy,"
                            + " or in bits that were saved where the metric is bits per byte.")
    @Example(
            response =
                    """
                    {"data": [{"index": 3, "gain": -1,
                        "from": {"index": 3, "prompt_hash": "91b1c2d3e4f5a6978899aabbccddeeff00112233445566778899aabbccddeeff", "document": "a small domesticated",
                                 "options": [{"text": " carnivore", "log_likelihood": -4.2, "tokens": 2, "characters": 10}],
                                 "choice": 0, "gold": 0, "correct": true, "generations": []},
                        "to": {"index": 3, "prompt_hash": "91b1c2d3e4f5a6978899aabbccddeeff00112233445566778899aabbccddeeff", "document": "a small domesticated",
                               "options": [{"text": " carnivore", "log_likelihood": -9.1, "tokens": 2, "characters": 10}],
                               "choice": 1, "gold": 0, "correct": false, "generations": []}}],
                     "has_more": true, "last_id": "3"}""")
    @GetMapping("/items")
    Page<DifferingItem> items(
            @PathVariable String id,
            @Parameter(description = "The evaluation to compare with") @RequestParam String from,
            @Parameter(
                            description = "Only what became better, or worse",
                            schema = @Schema(allowableValues = {"better", "worse"}))
                    @RequestParam(required = false)
                    @Nullable String change,
            @ParameterObject Paging paging) {
        double sign = sign(change);
        Pair pair = pair(from, id);
        if (pair.first().items() != pair.second().items())
            throw new Conflict(
                    "%s has %d items, %s %d: only the same items are compared"
                            .formatted(from, pair.first().items(), id, pair.second().items()));
        int count = pair.first().items();
        int place = ItemPlace.after(paging.after());
        List<DifferingItem> found = new ArrayList<>();
        while (place < count && found.size() < paging.limit()) {
            List<ItemResult> before = evaluations.items(from, place, ITEMS_AT_ONCE);
            List<ItemResult> now = evaluations.items(id, place, ITEMS_AT_ONCE);
            if (before.isEmpty() || before.size() != now.size())
                throw Evaluations.missing(id); // deleted meanwhile
            for (int i = 0; i < now.size() && found.size() < paging.limit(); i++, place++) {
                double gain = pair.gain(before.get(i), now.get(i));
                if (gain == 0 || gain * sign < 0) continue;
                found.add(
                        new DifferingItem(
                                now.get(i).index(),
                                gain,
                                ItemView.of(before.get(i)),
                                ItemView.of(now.get(i))));
            }
        }
        return new Page<>(found, place < count, found.isEmpty() ? null : "" + (place - 1));
    }

    private static double sign(@Nullable String change) {
        return switch (change) {
            case null -> 0;
            case "better" -> 1;
            case "worse" -> -1;
            default -> throw new BadParameter("change", "must be better or worse, got " + change);
        };
    }

    /** Two evaluations of one task, asked by one convention. */
    private record Pair(Evaluations.Kept first, Evaluations.Kept second, Primary primary) {
        ScoreKind kind() {
            return primary.kind();
        }

        double gain(ItemResult before, ItemResult now) {
            try {
                return PairedDifference.gain(kind(), before, now);
            } catch (InvalidData differ) {
                throw notAlike(differ);
            }
        }

        Conflict notAlike(InvalidData differ) {
            return new Conflict(
                    "%s and %s did not ask the same items: %s"
                            .formatted(first.id(), second.id(), differ.getMessage()));
        }
    }

    private Pair pair(String from, String id) {
        Evaluations.Kept first = evaluations.existing(from);
        Evaluations.Kept second = evaluations.existing(id);
        if (!first.task().equals(second.task()) || !first.convention().equals(second.convention()))
            throw new Conflict(
                    "%s is of %s by %s, %s of %s by %s: only scores of one task by one convention are compared"
                            .formatted(
                                    from,
                                    first.task(),
                                    first.convention(),
                                    id,
                                    second.task(),
                                    second.convention()));
        Primary primary =
                tasks.named(
                                first.task(),
                                EvaluationPlan.asking(
                                        Map.of(),
                                        Exemplars.SAMPLED,
                                        Convention.named(first.convention())))
                        .map(RegisteredTask::task)
                        .orElseThrow(
                                () ->
                                        new Conflict(
                                                "there is no task '%s' now"
                                                        .formatted(first.task())))
                        .primary();
        return new Pair(first, second, primary);
    }
}
