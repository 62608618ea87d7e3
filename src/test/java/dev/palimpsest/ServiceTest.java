package dev.palimpsest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;

/**
 * Boots the service on a free port with a home of its own, a database of its own in the one
 * PostgreSQL of this JVM, and a {@link SettableClock}; inject a {@code RestTestClient} to call it.
 *
 * <p>Tests with the same settings share one running service, so they use names of their own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ContextConfiguration(initializers = OwnDatabase.class)
@AutoConfigureRestTestClient
@Import(SettableTime.class)
public @interface ServiceTest {}
