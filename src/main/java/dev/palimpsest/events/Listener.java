package dev.palimpsest.events;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * One who listens to a job: is sent each event after the last one it knows, and the newest metrics
 * whenever they are others. It is written to by one thread at a time, however often it is woken.
 */
final class Listener implements Changes.Watcher {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final int AT_ONCE = 500;

    /** Where it is read what there is to say. */
    interface Source {
        /** Whether nothing more will happen to the job. */
        boolean over();

        List<JobEvent> after(long event, int limit);

        /** Each key's newest point, as an answer. */
        Object metrics();
    }

    private final Source source;
    private final SseEmitter out;
    private final Executor threads;
    private final AtomicInteger woken = new AtomicInteger();
    private long last;
    private Object told = List.of();

    Listener(Source source, SseEmitter out, long last, Executor threads) {
        this.source = source;
        this.out = out;
        this.last = last;
        this.threads = threads;
    }

    @Override
    public void wake() {
        if (woken.getAndIncrement() == 0) threads.execute(this::tellAll);
    }

    @Override
    public void end() {
        out.complete();
    }

    private void tellAll() {
        int seen;
        do {
            seen = woken.get();
            try {
                tell();
            } catch (IOException | IllegalStateException gone) {
                log.debug("a listener is gone", gone);
                return; // and is woken no more
            } catch (DataAccessException down) {
                log.debug("all are woken when the database answers again", down);
            }
        } while (!woken.compareAndSet(seen, 0));
    }

    private void tell() throws IOException {
        boolean over =
                source.over(); // asked first, so that the last event is among those that follow
        boolean news = tellEvents();
        boolean others = tellMetrics();
        if (over) {
            out.send(SseEmitter.event().name("end").data("{}", MediaType.APPLICATION_JSON));
            out.complete();
        } else if (!news && !others) {
            out.send(SseEmitter.event().comment("still here"));
        }
    }

    private boolean tellEvents() throws IOException {
        int count;
        boolean any = false;
        do {
            List<JobEvent> news = source.after(last, AT_ONCE);
            count = news.size();
            for (JobEvent event : news) {
                out.send(
                        SseEmitter.event()
                                .id(event.id())
                                .name(event.type())
                                .data(event, MediaType.APPLICATION_JSON));
                last = Long.parseLong(event.id());
                any = true;
            }
        } while (count == AT_ONCE);
        return any;
    }

    private boolean tellMetrics() throws IOException {
        Object newest = source.metrics();
        if (newest.equals(told)) return false;
        out.send(SseEmitter.event().name("metrics").data(newest, MediaType.APPLICATION_JSON));
        told = newest;
        return true;
    }
}
