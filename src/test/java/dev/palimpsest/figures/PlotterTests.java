package dev.palimpsest.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Figures as XML; what they look like is another question. */
class PlotterTests {
    private static final Plotter PLOTTER = new Plotter();
    private static final String HOSTILE =
            "<script>alert(1)</script> & {a} {b|c} \"q\" 'r' ]]> \u0000\uE000 ${x} zr0-c0";

    @Test
    void axesHaveNamesUnitsAndRoundNumbers() {
        List<String> texts = texts(svg(chart(List.of(rising("lora", 0)))));

        assertThat(texts)
                .contains("Learning", "duration (tokens, log scale)", "learning (mean accuracy)")
                .contains("100k", "1M", "10M")
                .contains("0.10", "0.20", "0.30")
                .contains("lora", "base model", "a note");
    }

    @Test
    void everyIntervalIsABarWithTwoCapsAndStandsAtItsPoint() {
        Series series =
                new Series(
                        "lora",
                        0,
                        Series.Kind.JOINED,
                        List.of(
                                Point.of(1e5, 0.1, new Interval(0.05, 0.2)),
                                Point.of(1e6, 0.2, null),
                                new Point(
                                        1e7,
                                        0.3,
                                        new Interval(9e6, 1.2e7),
                                        new Interval(0.2, 0.4),
                                        1)));

        List<double[]> lines = lines(svg(chart(List.of(series))), "#0072B2", "1.2");

        assertThat(lines).hasSize(9);
        double[] bar = lines.getFirst();
        assertThat(bar[0]).isCloseTo(bar[2], within(1e-3));
        double pixels = (bar[1] - bar[3]) / (0.2 - 0.05);
        double[] last = lines.get(3);
        assertThat((last[1] - last[3]) / pixels).isCloseTo(0.2, within(1e-3));
        assertThat((last[0] - bar[0]) / 2) // a decade
                .isCloseTo(
                        (lines.get(6)[2] - lines.get(6)[0]) / Math.log10(12.0 / 9),
                        within(1.5)); // to a tenth of a pixel in 27
    }

    @Test
    void aBarThatLeavesTheFrameHasNoCapThere() {
        Series series =
                new Series(
                        "two runs",
                        0,
                        Series.Kind.JOINED,
                        List.of(
                                Point.of(1e5, 0.1, new Interval(-50, 50)),
                                Point.of(1e6, 0.2, new Interval(0.15, 0.25))));

        assertThat(lines(svg(chart(List.of(series))), "#0072B2", "1.2")).hasSize(1 + 3);
    }

    @Test
    void aSeriesIsNotJoinedAcrossAGap() {
        List<Point> points = rising("lora", 0).points();
        Series broken = new Series("lora", 0, Series.Kind.JOINED, points, Set.of(1));

        assertThat(lines(svg(chart(List.of(rising("lora", 0)))), "#0072B2", "1.6").getFirst())
                .hasSize(2 * 3);
        assertThat(lines(svg(chart(List.of(broken))), "#0072B2", "1.6"))
                .anySatisfy(line -> assertThat(line).hasSize(2 * 2))
                .noneSatisfy(line -> assertThat(line).hasSize(2 * 3));
    }

    @Test
    void theBaseModelIsADashedLineAcrossAtItsValue() {
        String svg = svg(chart(List.of(rising("lora", 0))));

        Element dashed =
                elements(svg, "path").stream()
                        .filter(path -> !path.getAttribute("stroke-dasharray").isEmpty())
                        .filter(path -> numbers(path.getAttribute("d"))[2] > 600)
                        .findFirst()
                        .orElseThrow();
        double[] line = numbers(dashed.getAttribute("d"));
        assertThat(line[1]).isEqualTo(line[3]);
        double tenth = tick(svg, "0.10");
        double fifth = tick(svg, "0.20");
        double value = 0.1 + (line[1] - tenth) / (fifth - tenth) * 0.1;
        assertThat(value).isCloseTo(0.0567, within(0.001)); // to a pixel
    }

    @Test
    void seriesAreToldApartByColourAndByShape() {
        List<Series> all = IntStream.range(0, 7).mapToObj(i -> rising("rank " + i, i)).toList();

        String svg = svg(chart(all));

        Set<String> colours = new HashSet<>();
        Set<Look> looks = new HashSet<>();
        Set<String> shapes = new HashSet<>();
        for (int i = 0; i < 56; i++) looks.add(Look.of(i));
        for (int i = 0; i < 7; i++) {
            colours.add(Look.of(i).colour());
            shapes.add(Look.of(i).shape());
            assertThat(svg).contains(Look.of(i).colour());
        }
        assertThat(colours).hasSize(7);
        assertThat(shapes).hasSize(7);
        assertThat(looks).hasSize(56);
    }

    @Test
    void markersGrowWithTheSizeOfAPoint() {
        Series series =
                new Series(
                        "full",
                        0,
                        Series.Kind.POINTS,
                        List.of(
                                new Point(1e5, 0.1, null, null, 0),
                                new Point(1e6, 0.2, null, null, 1)));

        List<Double> widths =
                elements(svg(chart(List.of(series))), "path").stream()
                        .filter(path -> path.getAttribute("fill").equals("#0072B2"))
                        .map(path -> path.getAttribute("transform"))
                        .filter(moved -> moved.startsWith("matrix"))
                        .map(moved -> numbers(moved)[0])
                        .sorted()
                        .toList();

        assertThat(widths).containsExactly(3.0, 9.0); // half widths; the legend's is not moved so
    }

    @Test
    void textsOfUsersAreTextAndNothingElse() {
        Series series = rising(HOSTILE, 0);
        Chart chart =
                new Chart(
                        HOSTILE,
                        Axis.of(HOSTILE, List.of(HOSTILE, "b")),
                        Axis.linear("learning", HOSTILE),
                        List.of(
                                new Series(
                                        HOSTILE,
                                        0,
                                        Series.Kind.JOINED,
                                        List.of(Point.of(0, 1, null))),
                                new Series(
                                        HOSTILE,
                                        1,
                                        Series.Kind.JOINED,
                                        List.of(Point.of(1, 1, null)))),
                        List.of(),
                        HOSTILE);
        String shown = HOSTILE.replace('\u0000', '\uFFFD').replace('\uE000', '\uFFFD');

        String svg = svg(chart);

        assertThat(series.name()).isEqualTo(HOSTILE);
        assertThat(elements(svg, "script")).isEmpty();
        assertThat(texts(svg)).contains(shown, "learning (" + shown + ")");
        assertThat(texts(svg))
                .anyMatch(text -> text.startsWith(shown.substring(0, 50)) && text.endsWith("(2)"));
        HeatChart heat =
                new HeatChart(
                        HOSTILE,
                        HOSTILE,
                        HOSTILE,
                        List.of(
                                new HeatChart.Panel(
                                        HOSTILE,
                                        List.of(new HeatChart.Row(HOSTILE, List.of(1.0))))),
                        HOSTILE);
        assertThat(elements(svg(heat), "script")).isEmpty();
        assertThat(texts(svg(heat))).contains(shown);
    }

    @Test
    void equalFiguresAreEqualTextsAndOthersShareNoIds() {
        Chart one = chart(List.of(rising("lora", 0)));
        Chart other = chart(List.of(rising("full", 0)));

        assertThat(svg(one)).isEqualTo(svg(one));
        Set<String> ids = ids(svg(one));
        ids.addAll(ids(svg(heat(3))));
        assertThat(ids).isNotEmpty();
        assertThat(Collections.disjoint(ids, ids(svg(other)))).isTrue();
    }

    @Test
    void aHeatChartHasACellForEachValueAndNoneWhereThereIsNone() {
        String svg = svg(heat(3));

        assertThat(texts(svg))
                .contains(
                        "q_proj", "down_proj", "layer", "rank", "full", "17", "171", "1 of 2 jobs");
        assertThat(
                        elements(svg, "path").stream()
                                .filter(path -> path.getAttribute("stroke").equals("#FFFFFF")))
                .hasSize(5);
    }

    @Test
    void namesBesideEachOtherDoNotMeetInAWideFont() {
        String wide = "lora, rank 64, weight decay 0.0, attention dropout 0.0";
        String svg = svg(chart(List.of(rising(wide, 0))));

        double markOfTheNext = 28; // with the room around it
        assertThat(place(svg, "base model")[0] - place(svg, wide)[0])
                .isGreaterThan(Letters.width(wide) + markOfTheNext);
    }

    @Test
    void anEmptyChartHasAxes() {
        assertThat(texts(svg(chart(List.of())))).contains("learning (mean accuracy)");
        assertThat(svg(new HeatChart("none", "rank", "layer", List.of(), ""))).contains("none");
    }

    @Test
    void valuesThatHaveNoPlaceAreRefused() {
        assertThatThrownBy(
                        () ->
                                chart(
                                        List.of(
                                                new Series(
                                                        "a",
                                                        0,
                                                        Series.Kind.POINTS,
                                                        List.of(Point.of(0, 1, null))))))
                .hasMessage("0.0 cannot be shown on duration");
        assertThatThrownBy(() -> new Interval(1, Double.NaN)).hasMessageContaining("no interval");
    }

    @Test
    void numbersAlongAnAxisAreShort() {
        assertThat(
                        List.of(2e-5, 0.05, 1.0, 200.0, 16_000.0, 1_500_000.0, 2e10).stream()
                                .map(Numbers::shortly))
                .containsExactly("2e-5", "0.05", "1", "200", "16k", "1.5M", "20B");
        assertThat(
                        Ticks.of(Axis.log("rate", ""), List.of(1e-5, 1e-2)).ticks().stream()
                                .map(Ticks.Tick::label))
                .containsExactly("1e-5", "1e-4", "0.001", "0.01");
        assertThat(
                        Ticks.of(Axis.linear("x", ""), List.of(-0.013, 0.052)).ticks().stream()
                                .map(Ticks.Tick::label))
                .containsExactly("0.00", "0.02", "0.04");
        assertThat(Ticks.of(Axis.log("tokens", ""), List.of(310_000.0)).ticks())
                .hasSizeGreaterThan(1);
    }

    @Test
    void threadsTakeTurns() throws Exception {
        Chart chart = chart(List.of(rising("lora", 0)));
        String alone = svg(chart);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> all =
                    threads.invokeAll(Collections.nCopies(4, (Callable<String>) () -> svg(chart)));
            for (Future<String> one : all) assertThat(one.get()).isEqualTo(alone);
        }
    }

    private static HeatChart heat(int layers) {
        List<Double> some = new ArrayList<>(Collections.nCopies(layers, 171.0));
        some.set(1, null);
        List<Double> all = new ArrayList<>(Collections.nCopies(layers, 17.0));
        return new HeatChart(
                "Ranks",
                "rank",
                "layer",
                List.of(
                        new HeatChart.Panel(
                                "full",
                                List.of(
                                        new HeatChart.Row("q_proj", some),
                                        new HeatChart.Row("down_proj", all)))),
                "1 of 2 jobs");
    }

    private static Chart chart(List<Series> series) {
        return new Chart(
                "Learning",
                Axis.log("duration", "tokens"),
                Axis.linear("learning", "mean accuracy"),
                series,
                List.of(new BaseLine("base model", BaseLine.Direction.ACROSS, 0.0567)),
                "a note");
    }

    private static Series rising(String name, int look) {
        return new Series(
                name,
                look,
                Series.Kind.JOINED,
                List.of(
                        Point.of(1e5, 0.1, new Interval(0.09, 0.11)),
                        Point.of(1e6, 0.2, new Interval(0.18, 0.22)),
                        Point.of(1e7, 0.3, new Interval(0.28, 0.32))));
    }

    private static String svg(Figure figure) {
        return PLOTTER.svg(figure);
    }

    private static List<Element> elements(String svg, String name) {
        try {
            NodeList found =
                    DocumentBuilderFactory.newDefaultInstance()
                            .newDocumentBuilder()
                            .parse(new InputSource(new StringReader(svg)))
                            .getElementsByTagName(name);
            return IntStream.range(0, found.getLength())
                    .mapToObj(i -> (Element) found.item(i))
                    .toList();
        } catch (Exception broken) {
            throw new AssertionError(svg, broken);
        }
    }

    private static List<String> texts(String svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static Set<String> ids(String svg) {
        Set<String> ids = new HashSet<>();
        Matcher id = Pattern.compile(" id=\"([^\"]+)\"").matcher(svg);
        while (id.find()) ids.add(id.group(1));
        return ids;
    }

    /** Where a number stands along the y axis. */
    private static double tick(String svg, String label) {
        return place(svg, label)[1];
    }

    private static double[] place(String svg, String label) {
        Element text =
                elements(svg, "text").stream()
                        .filter(one -> one.getTextContent().equals(label))
                        .findFirst()
                        .orElseThrow();
        return numbers(text.getAttribute("transform"));
    }

    /** Each a line from a place to another. */
    private static List<double[]> lines(String svg, String colour, String width) {
        List<double[]> lines = new ArrayList<>();
        for (Element path : elements(svg, "path"))
            if (path.getAttribute("stroke").equals(colour)
                    && path.getAttribute("stroke-width").equals(width))
                for (String line : path.getAttribute("d").substring(1).split("M"))
                    lines.add(numbers(line));
        return lines;
    }

    private static double[] numbers(String text) {
        return Pattern.compile("-?[0-9.]+(e-?[0-9]+)?")
                .matcher(text)
                .results()
                .mapToDouble(number -> Double.parseDouble(number.group()))
                .toArray();
    }
}
