package dev.palimpsest.exports;

import dev.palimpsest.jobs.UnderWay;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

@Component
class ExportsInUse extends UnderWay {
    ExportsInUse(JdbcClient database) {
        super(database, "export");
    }
}
