package dev.palimpsest.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.transaction.TransactionSystemException;

class WhatADatabaseLacksTests {
    @ParameterizedTest
    @CsvSource({
        "08006, out of reach",
        "57P02, out of reach",
        "53100, disk is full",
        "53200, no memory",
        "53300, no memory or connection",
        "25006, takes no changes"
    })
    void aStateOfPostgresqlIsSaidInWords(String state, String words) {
        assertThat(Outage.behind(failed(new SQLException("", state))))
                .get()
                .asString()
                .contains(words);
    }

    @Test
    void soIsAConnectionThatThePoolHasNotOrGaveUpBeforeTheRollback() {
        assertThat(Outage.behind(failed(new SQLTransientConnectionException("timed out"))))
                .isPresent();
        assertThat(Outage.behind(failed(new SQLException("Connection is closed")))).isPresent();
    }

    @Test
    void aFaultOfAStatementIsNoOutage() {
        assertThat(Outage.behind(failed(new SQLException("syntax error", "42601")))).isEmpty();
        assertThat(Outage.behind(new IllegalStateException("no database's"))).isEmpty();
    }

    private static Throwable failed(SQLException fault) {
        return new TransactionSystemException("it failed", fault);
    }
}
