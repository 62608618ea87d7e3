package dev.palimpsest.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.sql.SQLException;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.servlet.ModelAndView;

class OnlyCallersHangUpTests {
    @Test
    void aCommitWhoseConnectionEndedIsNoAnswer() {
        assertThat(
                        resolved(
                                new TransactionSystemException(
                                        "could not commit",
                                        new SQLException("", "08006", new EOFException()))))
                .isNull();
    }

    @Test
    void aCallerWhoHungUpIsAnsweredNothing() {
        assertThat(resolved(new ClientAbortException(new EOFException()))).isNotNull();
    }

    private static @Nullable ModelAndView resolved(Exception thrown) {
        return new OnlyCallersHangUp()
                .resolveException(
                        new MockHttpServletRequest(), new MockHttpServletResponse(), null, thrown);
    }
}
