package dev.palimpsest.advice;

import dev.palimpsest.analysis.ScoredBy;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Advice and verdicts by HTTP. */
@Tag(name = "Analysis")
@RestController
class AdviceController {
    private static final String SUPPORT =
            """
            {"words": "LoRA r=16, alpha=32, all, 2 epochs", "learning_rate": 5e-3,
             "learning": {"mean": 0.21, "stderr": 0.004, "low": 0.1928, "high": 0.2272, "of": "runs"},
             "forgetting": {"mean": 0.02, "stderr": 0.002, "low": 0.0114, "high": 0.0286, "of": "runs"},
             "jobs": ["job_06dgm0e1xhw4t9s8n1p3q5r7vw", "job_06dgm0e1xhw4t9s8n1p3q5r7vx"]}""";

    private static final String DIFFERENCE =
            """
            {"value": 0.031, "stderr": 0.0019, "degrees": 2.0, "half_width": 0.008, "low": 0.023, "high": 0.039,
             "basis": "paired_by_seed", "seeds": 3, "comparisons": 4,
             "jobs": ["job_06dgm0e1xhw4t9s8n1p3q5r7vw", "job_06dgm0e1xhw4t9s8n1p3q5r7vx"]}""";

    private static final String NEXT =
            """
            {"words": "run a higher rank", "call": "POST /api/v1/experiments/exp_06dgm0e1xhw4t9s8n1p3q5r7vz/sweeps",
             "body": {"name": "run a higher rank", "template": {"dataset": {"train": "gsm8k-train"}},
                      "grid": {"training.seed": [1, 2, 3]}}}""";

    private static final String RECOMMENDATION =
            """
            {"experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vz", "words": "Ends of runs are compared", "unit": "accuracy",
             "chosen":"""
                    + SUPPORT
                    + """
            ,
             "parts": [{"part": "rank", "value": 16,
                        "sentence": "r = 16 is the lowest rank within noise of the one that learned most, r = 64.",
                        "support": ["""
                    + SUPPORT
                    + """
            ],
                        "paper": {"rules": [2, 9], "says": "r = 256 where memory allows", "agreement": "not_told",
                                  "words": "r = 256 was not run; 16 is advised out of up to 64"},
                        "not_covered": ["r = 256, the paper's advice, was not run"], "next": ["""
                    + NEXT
                    + """
            ]}],
             "equal_learning": [{"rank": 16, "learning": 0.2, "full": 0.04, "lora": 0.02, "difference":"""
                    + DIFFERENCE
                    + """
            }],
             "peaks": [{"method": "lora", "rank": 16, "length": "2 epochs", "tokens": 310000.0, "epoch": 2.0, "at":"""
                    + SUPPORT
                    + """
            , "at_edge": true, "words": "LoRA learned most at 2 epochs, the longest that was run."}]}""";

    private static final String CLAIMS =
            """
            {"experiment": "exp_06dgm0e1xhw4t9s8n1p3q5r7vz",
             "comparisons": {"intervals": 8, "by_chance": 0.4, "words": "8 intervals of 95 % are looked at"},
             "claims": [{"id": "learns_less", "claim": "LoRA learns less", "paper": "section 4.1, figure 1",
                         "rule": "the learning of full finetuning less that of LoRA is above 0", "verdict": "supported",
                         "unit": "accuracy", "difference":"""
                    + DIFFERENCE
                    + """
            , "holds_together": true,
                         "sentence": "LoRA learns less: supported on this data, difference 0.031 ± 0.0080 (accuracy, paired by seed over 3 seeds)",
                         "parts": [{"words": "r = 16", "difference":"""
                    + DIFFERENCE
                    + """
            }], "next": ["""
                    + NEXT
                    + "]}]}";

    private final Advisor advisor;

    AdviceController(Advisor advisor) {
        this.advisor = advisor;
    }

    @Operation(
            summary = "Say which method, rank, alpha, targets, rate and length to take",
            description =
                    "Each part has the value, the sentence, the jobs and numbers that support it, the paper's rule beside it, what"
                            + " the grid left open, and what to run next as requests that can be sent as they are. Beside them: what"
                            + " has been forgotten at equal learning, and the length at which each method learned most. Where the"
                            + " data does not say, the sentence says so.")
    @Example(response = RECOMMENDATION)
    @GetMapping("/api/v1/experiments/{id}/recommendation")
    Recommendation recommendation(@PathVariable String id, ScoredBy by) {
        return advisor.recommendation(id, by);
    }

    @Operation(
            summary = "Judge the paper's claims on this experiment",
            description =
                    "Each claim has the rule by which it is judged, the number with its 95 % interval (paired by seed where seeds"
                            + " match), the verdict and the jobs. `holds_together` says whether the verdict stays where the claims"
                            + " with an interval are to hold all at once.")
    @Example(response = CLAIMS)
    @GetMapping("/api/v1/experiments/{id}/claims")
    Claims claims(@PathVariable String id, ScoredBy by) {
        return advisor.claims(id, by);
    }
}
