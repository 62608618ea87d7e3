package dev.palimpsest.events;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Listens to the database by a connection of its own and wakes those who watch a job, or a
 * completion, that changed, or {@link #WORK}. All are woken after the connection was lost, as
 * nobody knows what was missed, and every few seconds, so that they can tell their listeners that
 * they are there.
 */
@Component
public class Changes implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Changes.class);
    private static final int BEAT_MILLIS = 10_000;
    private static final long BEFORE_TRYING_AGAIN_MILLIS = 500;

    /** What stands for the queue: something in it waits for a worker. */
    public static final String WORK = "work";

    /** Who watches something. */
    public interface Watcher {
        /** Something may have changed; returns at once. */
        void wake();

        /** Nothing more will be heard. */
        void end();
    }

    private final JdbcConnectionDetails database;
    private final Map<String, List<Watcher>> watchers = new ConcurrentHashMap<>();
    private volatile @Nullable Thread listening;
    private volatile @Nullable Connection connection;

    Changes(JdbcConnectionDetails database) {
        this.database = database;
    }

    /** The id is that of what is watched. */
    public void watch(String id, Watcher watcher) {
        watchers.compute(
                id,
                (_, its) -> {
                    List<Watcher> all = its == null ? new CopyOnWriteArrayList<>() : its;
                    all.add(watcher);
                    return all;
                });
        if (!isRunning()) watcher.end();
    }

    public void leave(String id, Watcher watcher) {
        watchers.computeIfPresent(
                id,
                (_, its) -> {
                    its.remove(watcher);
                    return its.isEmpty() ? null : its;
                });
    }

    private void listen() {
        while (isMine()) {
            try (Connection own = connect()) {
                connection = own;
                hear(own);
            } catch (SQLException lost) {
                if (!isMine()) return;
                log.warn(
                        "what changes in jobs is not heard of until the database answers again: {}",
                        lost.getMessage());
                pause();
            }
        }
    }

    private void hear(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            statement.execute("listen job_changed; listen completion_changed; listen work_waits");
        }
        PGConnection heard = own.unwrap(PGConnection.class);
        wakeAll();
        while (isMine()) {
            PGNotification[] news = heard.getNotifications(BEAT_MILLIS);
            if (news.length == 0) wakeAll();
            for (PGNotification one : news)
                watchers.getOrDefault(one.getParameter(), List.of()).forEach(Watcher::wake);
        }
    }

    /** Whether the calling thread is the one that is to listen. */
    private boolean isMine() {
        return Thread.currentThread().equals(listening);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                database.getJdbcUrl(), database.getUsername(), database.getPassword());
    }

    private void wakeAll() {
        watchers.values().forEach(its -> its.forEach(Watcher::wake));
    }

    private static void pause() {
        try {
            Thread.sleep(BEFORE_TRYING_AGAIN_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void start() {
        Thread thread = Thread.ofPlatform().daemon().name("job-changes").unstarted(this::listen);
        listening = thread;
        thread.start();
    }

    /** Before the web server waits for what is still being answered. */
    @Override
    public void stop() {
        Thread thread = listening;
        listening = null;
        if (thread != null) thread.interrupt();
        try (Connection open = connection) {
            if (open != null) open.abort(Runnable::run);
        } catch (SQLException gone) {
            log.debug("the connection was gone already", gone);
        }
        watchers.values().forEach(its -> its.forEach(Watcher::end));
    }

    @Override
    public boolean isRunning() {
        return listening != null;
    }
}
