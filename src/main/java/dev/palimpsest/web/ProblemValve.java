package dev.palimpsest.web;

import dev.palimpsest.spec.Binder;
import java.io.IOException;
import java.util.List;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/** Answers what Tomcat refuses before Spring sees it, such as a tab in a URL, as a problem. */
public final class ProblemValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, @Nullable Throwable thrown) {
        int status = response.getStatus();
        if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported())
            return;
        Problem problem = Problem.of(status);
        String detail =
                status < 500
                        ? "the request line or a header breaks the rules of HTTP; escape what is not plain text"
                        : problem.title();
        try {
            response.setContentType("application/problem+json");
            response.setCharacterEncoding("utf-8");
            response.getReporter()
                    .write(
                            """
                            {"type":"%s","title":"%s","status":%d,"detail":"%s","errors":[],"error":%s}"""
                                    .formatted(
                                            problem.type(),
                                            problem.title(),
                                            status,
                                            detail,
                                            Binder.JSON.writeValueAsString(
                                                    OpenAiError.of(problem, detail, List.of()))));
            response.finishResponse();
        } catch (IOException _) {
            // the caller hung up
        }
    }
}
