package dev.palimpsest.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.mvc.support.DefaultHandlerExceptionResolver;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Spring takes any end of a stream, a database's connection in the midst of a commit too, for a
 * caller who hung up, and lets the answer be 200 with nothing in it. A caller's connection is
 * Tomcat's, which says by a class of its own that it broke; all else is a fault, and told as one.
 */
final class OnlyCallersHangUp extends DefaultHandlerExceptionResolver {
    @Override
    protected @Nullable ModelAndView doResolveException(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable Object handler,
            Exception thrown) {
        return DisconnectedClientHelper.isClientDisconnectedException(thrown) && !isCallers(thrown)
                ? null
                : super.doResolveException(request, response, handler, thrown);
    }

    private static boolean isCallers(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause())
            if (cause instanceof ClientAbortException
                    || cause instanceof AsyncRequestNotUsableException) return true;
        return false;
    }
}
