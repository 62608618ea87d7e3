package dev.palimpsest.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.MediaType;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;

/** Lets {@code ?format=} choose the form of what is asked of an experiment, before Accept does. */
final class FormatParameter implements ContentNegotiationStrategy {
    private static final String REFUSED = FormatParameter.class.getName() + ".refused";
    private static final String WHERE = "/api/v1/experiments/";
    private static final Map<String, MediaType> FORMS =
            new TreeMap<>(
                    Map.of(
                            "json", MediaType.APPLICATION_JSON,
                            "csv", new MediaType("text", "csv"),
                            "svg", new MediaType("image", "svg+xml"),
                            "html", MediaType.TEXT_HTML,
                            "markdown", new MediaType("text", "markdown")));

    @Override
    public List<MediaType> resolveMediaTypes(NativeWebRequest request) {
        HttpServletRequest asked = request.getNativeRequest(HttpServletRequest.class);
        if (asked == null
                || !asked.getMethod().equals("GET")
                || !asked.getRequestURI().startsWith(WHERE)) return MEDIA_TYPE_ALL_LIST;
        String word = asked.getParameter("format");
        if (word == null) return MEDIA_TYPE_ALL_LIST;
        MediaType form = FORMS.get(word);
        if (form != null) return List.of(form);
        if (asked.getAttribute(REFUSED) != null) return MEDIA_TYPE_ALL_LIST; // for the problem
        asked.setAttribute(REFUSED, word);
        throw new BadParameter("format", "must be one of " + String.join(", ", FORMS.keySet()));
    }
}
