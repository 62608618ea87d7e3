package dev.palimpsest.worker;

import dev.palimpsest.home.Home;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Whether the disk of the home folder has room for another job: the least that is wanted, and once
 * it ran out so much more than there was then.
 */
@Component
class Room {
    private static final Logger LOG = LoggerFactory.getLogger(Room.class);

    private final Home home;
    private final long least;
    private volatile long wanted;
    private volatile boolean full;

    Room(Home home, WorkerSettings settings) {
        this.home = home;
        this.least = settings.leastRoom().toBytes();
        this.wanted = least;
    }

    boolean isFull() {
        long left = left();
        boolean was = full;
        full = left < wanted;
        if (full && !was)
            LOG.warn(
                    "{} has {} MB left: jobs are left to others until there are {} MB",
                    home.root(),
                    left >> 20,
                    wanted >> 20);
        if (was && !full)
            LOG.info("{} has {} MB left: jobs are taken again", home.root(), left >> 20);
        if (!full) wanted = least;
        return full;
    }

    void ranOut() {
        wanted = left() + least;
    }

    private long left() {
        return home.root().toFile().getUsableSpace();
    }
}
