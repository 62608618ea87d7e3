package dev.palimpsest.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Lets who works on an answer find out that nobody waits for it any more, which a servlet is told
 * only when it writes. To be asked on the request's own thread, once its body is read.
 */
public final class HungUp extends ValveBase {
    private static final String ATTRIBUTE = HungUp.class.getName();

    public HungUp() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        org.apache.coyote.Request connection = request.getCoyoteRequest();
        BooleanSupplier question = () -> isGone(connection);
        request.setAttribute(ATTRIBUTE, question);
        getNext().invoke(request, response);
    }

    /** Whether the caller has hung up. */
    public static BooleanSupplier of(HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof BooleanSupplier question
                ? question
                : () -> false;
    }

    /**
     * Where nothing is to be read but the end, Tomcat says that there is something, and says it
     * again; the beginning of a next request it says once.
     */
    private static boolean isGone(org.apache.coyote.Request connection) {
        for (int look = 0; look < 2; look++) {
            connection.action(ActionCode.AVAILABLE, true);
            if (connection.getAvailable() == 0) return false;
        }
        return true;
    }
}
