package dev.palimpsest.jobs;

import dev.palimpsest.spec.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The devices of all workers that were ever heard of, those that are away among them. */
public record Pool(List<Held> devices) {
    /**
     * A worker's device.
     *
     * @param kind {@code cpu} or {@code cuda}, which stands for its class too
     * @param diskFull whether each worker that has the like lacks room on its disk
     */
    public record Held(
            String deviceClass,
            String kind,
            long memoryBytes,
            Map<String, String> labels,
            boolean diskFull) {
        boolean isProcessor() {
            return kind.equals("cpu");
        }

        boolean isOf(String asked) {
            return asked.equals(Resources.ANY) || asked.equals(deviceClass) || asked.equals(kind);
        }

        boolean has(Map<String, String> asked) {
            return labels.entrySet().containsAll(asked.entrySet());
        }

        boolean holds(Needs needs) {
            return memoryBytes >= (isProcessor() ? needs.processor() : needs.accelerator());
        }

        boolean couldRun(Needs needs) {
            return isOf(needs.resources().deviceClass())
                    && has(needs.resources().labels())
                    && holds(needs);
        }
    }

    /**
     * The memory of the largest devices, in bytes, 0 where there is none.
     *
     * @param processor whose memory is the host's
     */
    record Room(long processor, long accelerator) {
        long largest() {
            return Math.max(processor, accelerator);
        }
    }

    /** What was heard of, if any device was. */
    Optional<Room> room() {
        Room room = new Room(largest(Held::isProcessor), largest(held -> !held.isProcessor()));
        return room.largest() == 0 ? Optional.empty() : Optional.of(room);
    }

    private long largest(Predicate<Held> kind) {
        return devices.stream().filter(kind).mapToLong(Held::memoryBytes).max().orElse(0);
    }

    /** What has to happen before a job can run that no worker could hold; nothing if one could. */
    Optional<String> lacks(Needs needs) {
        Resources asked = needs.resources();
        if (devices.isEmpty()) return Optional.of("a worker registers; there is none");
        List<Held> ofClass =
                devices.stream().filter(held -> held.isOf(asked.deviceClass())).toList();
        if (ofClass.isEmpty())
            return Optional.of(
                    "a worker of the device class %s registers; those there are have %s"
                            .formatted(asked.deviceClass(), classes()));
        List<Held> labelled = ofClass.stream().filter(held -> held.has(asked.labels())).toList();
        if (labelled.isEmpty())
            return Optional.of(
                    "a worker with the labels %s registers; of its class none has all of them"
                            .formatted(words(asked.labels())));
        if (labelled.stream().anyMatch(held -> held.holds(needs))) return Optional.empty();
        return Optional.of(
                "a worker with more memory registers; it would need %s, and the largest that it may have has %s"
                        .formatted(
                                Fitting.size(
                                        labelled.getFirst().isProcessor()
                                                ? needs.processor()
                                                : needs.accelerator()),
                                Fitting.size(
                                        labelled.stream()
                                                .mapToLong(Held::memoryBytes)
                                                .max()
                                                .orElse(0))));
    }

    /** What has to happen where all workers that could hold it have a full disk. */
    Optional<String> lacksRoom(Needs needs) {
        List<Held> able = devices.stream().filter(held -> held.couldRun(needs)).toList();
        return able.isEmpty() || !able.stream().allMatch(Held::diskFull)
                ? Optional.empty()
                : Optional.of(
                        "there is room on a worker's disk (palimpsest.home); that of each which could run it is full");
    }

    private String classes() {
        TreeSet<String> classes =
                devices.stream()
                        .map(Held::deviceClass)
                        .collect(Collectors.toCollection(TreeSet::new));
        return String.join(", ", classes);
    }

    private static String words(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(", "));
    }
}
