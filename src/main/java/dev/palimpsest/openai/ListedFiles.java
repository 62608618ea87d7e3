package dev.palimpsest.openai;

import dev.palimpsest.jobs.Job;
import dev.palimpsest.jobs.Jobs;
import dev.palimpsest.metrics.Metrics;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Files that were sent and files of results, as one list in the order of their ids' times. */
@Component
class ListedFiles {
    /** Each is made anew to tell its size. */
    private static final int MOST_RESULTS = 100;

    private static final String PAGE =
            """
            select id from (
                select id, substr(id, length('file-') + 1) collate "C" as made from openai_files
                where :sent and (expires_at is null or expires_at > :now)
                union all
                select 'file-results-' || substr(id, length('job_') + 1), substr(id, length('job_') + 1) collate "C" from jobs
                where :results and status = 'succeeded') files
            where :after = '' or made %s :after order by made %s limit :limit
            """;

    private static final String NEWEST_FIRST = PAGE.formatted("<", "desc");
    private static final String OLDEST_FIRST = PAGE.formatted(">", "asc");

    private final StoredFiles files;
    private final Jobs jobs;
    private final Metrics metrics;
    private final JdbcClient database;
    private final Clock clock;

    ListedFiles(StoredFiles files, Jobs jobs, Metrics metrics, JdbcClient database, Clock clock) {
        this.files = files;
        this.jobs = jobs;
        this.metrics = metrics;
        this.database = database;
        this.clock = clock;
    }

    /**
     * @param purpose of these alone; null stands for all
     */
    Listing<FileObject> page(
            @Nullable String purpose, String after, boolean newestFirst, int limit) {
        List<String> ids =
                database.sql(newestFirst ? NEWEST_FIRST : OLDEST_FIRST)
                        .param("sent", purpose == null || purpose.equals(Purpose.FINE_TUNE))
                        .param("results", purpose == null || purpose.equals(Purpose.RESULTS))
                        .param("now", Timestamp.from(clock.instant()))
                        .param("after", after.substring(after.lastIndexOf('-') + 1))
                        .param("limit", limit + 1)
                        .query(String.class)
                        .list();
        List<String> shown = ids.subList(0, shown(ids, limit));
        return Listing.of(objects(shown), shown.size() < ids.size(), FileObject::id);
    }

    private static int shown(List<String> ids, int limit) {
        int most = Math.min(ids.size(), limit);
        int results = 0;
        for (int i = 0; i < most; i++)
            if (ResultFile.isOne(ids.get(i)) && ++results > MOST_RESULTS) return i;
        return most;
    }

    /** One that went meanwhile is left out. */
    private List<FileObject> objects(List<String> ids) {
        Map<String, FileObject> sent =
                files.all(ids).stream().collect(Collectors.toMap(StoredFile::id, FileObject::of));
        Map<String, Job> measured =
                jobs
                        .findAllById(
                                ids.stream()
                                        .filter(ResultFile::isOne)
                                        .map(ResultFile::job)
                                        .toList())
                        .stream()
                        .collect(Collectors.toMap(Job::id, Function.identity()));
        return ids.stream()
                .map(
                        id ->
                                ResultFile.isOne(id)
                                        ? object(measured.get(ResultFile.job(id)))
                                        : sent.get(id))
                .filter(Objects::nonNull)
                .toList();
    }

    private @Nullable FileObject object(@Nullable Job job) {
        return job == null ? null : FileObject.of(ResultFile.of(job, metrics));
    }
}
