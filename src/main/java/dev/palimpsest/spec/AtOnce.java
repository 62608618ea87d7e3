package dev.palimpsest.spec;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a static method that makes its record of what a {@code JsonParser} reads, for requests of
 * which there are thousands a second. It answers null, or fails, if that is not just what it should
 * be: the binder then reads it anew and says everything that is wrong.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface AtOnce {}
