package dev.palimpsest.idempotency;

import dev.palimpsest.access.Callers;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Does a POST with an {@code Idempotency-Key} once, and repeats its answer to whoever sends it
 * again. The key, what was asked and the answer are one transaction, so that none is there without
 * the others whatever dies; requests of one key wait for each other in the database. An answer that
 * is a problem leaves nothing behind, and the key may be used again.
 */
@Component
@Order(-80) // behind Spring Security's chain, which knows who asks
final class IdempotencyKeys extends OncePerRequestFilter {
    private static final String HEADER = "Idempotency-Key";

    /** What is said there is forgotten at once, and takes longer than a transaction should. */
    private static final Set<String> MAKE_NOTHING =
            Set.of("/v1/chat/completions", "/v1/completions");

    private final Answers answers;
    private final PlatformTransactionManager transactions;

    IdempotencyKeys(Answers answers, PlatformTransactionManager transactions) {
        this.answers = answers;
        this.transactions = transactions;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST")
                || request.getHeader(HEADER) == null
                || MAKE_NOTHING.contains(request.getRequestURI());
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String key = request.getHeader(HEADER);
        if (!key.matches("[\\x21-\\x7e]{1,255}")) {
            response.sendError(400, "Idempotency-Key must have 1 to 255 printable characters");
            return;
        }
        Answers.Place place = new Answers.Place(Callers.idOf(request), key);
        boolean parts = String.valueOf(request.getContentType()).startsWith("multipart/");
        HttpServletRequest whole = parts ? request : new ReadBody(request);
        byte[] asked = sum(whole);
        ContentCachingResponseWrapper kept = new ContentCachingResponseWrapper(response);
        TransactionStatus transaction =
                transactions.getTransaction(new DefaultTransactionDefinition());
        try {
            if (answers.claim(place, asked)) {
                chain.doFilter(whole, kept);
                if (kept.getStatus() < 400) {
                    if (!holdsSecret(kept)) answers.keep(place, Answer.of(kept));
                    transactions.commit(transaction);
                }
            } else repeat(place, asked, kept);
        } finally {
            if (!transaction.isCompleted()) transactions.rollback(transaction);
        }
        kept.copyBodyToResponse(); // what is not committed was not said
    }

    private void repeat(Answers.Place place, byte[] asked, HttpServletResponse response)
            throws IOException {
        Answers.Standing standing = answers.standing(place);
        if (standing == null) {
            response.setHeader("Retry-After", "1");
            response.sendError(503, "what this Idempotency-Key stood for has just gone; ask again");
        } else if (!MessageDigest.isEqual(standing.request(), asked))
            response.sendError(
                    422,
                    "Idempotency-Key %s was used for another request; a new request wants a new key"
                            .formatted(place.key()));
        else if (standing.answer() == null) {
            response.setHeader("x-should-retry", "false");
            response.sendError(
                    409,
                    "this was done; what was answered held a secret, which is not kept to be said twice");
        } else standing.answer().repeatTo(response);
    }

    /** What nobody on the way may store is not stored here either. */
    private static boolean holdsSecret(HttpServletResponse response) {
        return String.valueOf(response.getHeader("Cache-Control")).contains("no-store");
    }

    /**
     * Of a form with files, whose parts only the container may read, the length stands for them.
     */
    private static byte[] sum(HttpServletRequest request) {
        try {
            MessageDigest sum = MessageDigest.getInstance("SHA-256");
            String target = request.getRequestURI() + "?" + request.getQueryString();
            sum.update(target.getBytes(StandardCharsets.UTF_8));
            sum.update((byte) 0);
            if (request instanceof ReadBody body) sum.update(body.read());
            else
                sum.update(
                        Long.toString(request.getContentLengthLong())
                                .getBytes(StandardCharsets.UTF_8));
            return sum.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
