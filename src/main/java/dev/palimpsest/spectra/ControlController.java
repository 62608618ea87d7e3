package dev.palimpsest.spectra;

import dev.palimpsest.decomposition.GaussianControl;
import dev.palimpsest.spec.Fault;
import dev.palimpsest.spec.InvalidSpec;
import dev.palimpsest.web.BadParameter;
import dev.palimpsest.web.Example;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Random matrices by HTTP, a request's at a time: the largest ones take seconds. */
@Tag(name = "Spectra")
@RestController
class ControlController {
    private static final String MATRIX =
            """
            {"rank_50": 53, "rank_90": 139, "rank_99": 194, "stable_rank": 80.1, "effective_rank": 141.9, "frobenius_norm": 256.1,
             "singular_values": [28.6, 28.1]}""";

    private static final String CONTROL =
            """
            {"rows": 256, "columns": 256, "seed": 17, "base":"""
                    + MATRIX
                    + ", \"noise\":"
                    + MATRIX
                    + """
            ,
             "data": [{"scale": 0.01, "relative_norm": 0.01, "mean_absolute_difference": 0.006, "sum":"""
                    + MATRIX
                    + "}]}";

    private final ReentrantLock turn = new ReentrantLock();

    @Operation(
            summary = "Show the spectra of random matrices",
            description =
                    "The paper's control (figure S8): A and B are of independent normal numbers, and what the sum A + c B"
                            + " differs by from A has the rank of B however small c is. So a change of high rank is"
                            + " nothing special; a change whose rank is far below that of `noise` of the same shape is."
                            + " The same seed gives the same numbers.")
    @Example(response = CONTROL)
    @GetMapping("/api/v1/spectra/control")
    ControlView control(
            @Parameter(
                            description = "As a matrix of `shape` in a checkpoint's spectra",
                            schema =
                                    @Schema(
                                            type = "integer",
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "8192",
                                            defaultValue = "256"))
                    @RequestParam(defaultValue = "256")
                    int rows,
            @Parameter(
                            schema =
                                    @Schema(
                                            type = "integer",
                                            format = "int32",
                                            minimum = "1",
                                            maximum = "8192",
                                            defaultValue = "256"))
                    @RequestParam(defaultValue = "256")
                    int columns,
            @Parameter(description = "The numbers c, comma-separated")
                    @RequestParam(defaultValue = "0.001,0.01,0.1,1")
                    List<Double> scale,
            @RequestParam(defaultValue = "17") long seed,
            @Parameter(description = "Without the lists of singular values")
                    @RequestParam(defaultValue = "false")
                    boolean summary) {
        turn.lock();
        try {
            return ControlView.of(
                    rows, columns, seed, GaussianControl.of(rows, columns, scale, seed), !summary);
        } catch (InvalidSpec unfit) { // of what stands in the query
            Fault first = unfit.faults().getFirst();
            throw new BadParameter(first.pointer().substring(1), first.detail());
        } finally {
            turn.unlock();
        }
    }
}
