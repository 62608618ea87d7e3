package dev.palimpsest.dispatch;

import dev.palimpsest.background.DeviceWork;
import dev.palimpsest.background.Waiting;
import dev.palimpsest.background.Work;
import dev.palimpsest.worker.Runner;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;

/** All kinds of device work as one, whose pieces are known by their kind and id. */
@Component
class DeviceWorks implements Work {
    static final String NAME = "device";
    private static final String SPACE = " ";

    private final List<DeviceWork> works;
    private final Runner runner;

    DeviceWorks(List<DeviceWork> works, Runner runner) {
        this.works = works;
        this.runner = runner;
    }

    @Override
    public String name() {
        return NAME;
    }

    boolean includes(Waiting waiting) {
        return works.stream().anyMatch(work -> work.name().equals(waiting.work()));
    }

    static String piece(Waiting waiting) {
        return waiting.work() + SPACE + waiting.id();
    }

    @Override
    public Ending run(String piece, BooleanSupplier stopping)
            throws IOException, InterruptedException {
        DeviceWork kind = kind(piece);
        for (DeviceWork other : works) if (!other.name().equals(kind.name())) other.letGo();
        try {
            return kind.run(id(piece), stopping);
        } catch (IOException | RuntimeException fault) {
            runner.suffered(fault);
            throw fault;
        }
    }

    /** Frees the device for a job. */
    void letGo() throws InterruptedException {
        for (DeviceWork work : works) work.letGo();
    }

    @Override
    public void giveUp(String piece, Throwable fault) throws IOException {
        kind(piece).giveUp(id(piece), fault);
    }

    private DeviceWork kind(String piece) {
        String name = piece.substring(0, piece.indexOf(SPACE));
        return works.stream().filter(work -> work.name().equals(name)).findFirst().orElseThrow();
    }

    private static String id(String piece) {
        return piece.substring(piece.indexOf(SPACE) + 1);
    }
}
