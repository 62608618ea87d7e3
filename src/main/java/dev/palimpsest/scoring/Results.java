package dev.palimpsest.scoring;

import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which evaluation answers which task of a scoring. */
@Component
class Results {
    private final JdbcClient database;

    Results(JdbcClient database) {
        this.database = database;
    }

    /** One that stands already stays. */
    void place(String scoring, int place, String evaluation) {
        database.sql(
                        "insert into scoring_evaluations (scoring, place, evaluation) values (:scoring, :place, :evaluation) on conflict do nothing")
                .param("scoring", scoring)
                .param("place", place)
                .param("evaluation", evaluation)
                .update();
    }

    /** Evaluations by the tasks' places. */
    Map<Integer, String> of(String scoring) {
        Map<Integer, String> results = new TreeMap<>();
        RowCallbackHandler each =
                row -> results.put(row.getInt("place"), row.getString("evaluation"));
        database.sql("select place, evaluation from scoring_evaluations where scoring = :scoring")
                .param("scoring", scoring)
                .query(each);
        return results;
    }
}
