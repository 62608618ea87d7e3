package dev.palimpsest.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An endpoint that will go: its answers say since when, until when, and what stands for it. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Outdated {
    /** The day it was superseded, as in 2026-11-30. */
    String since();

    /** The first day on which it may be gone. */
    String until();

    /** The path to ask instead, with the variables of its own. */
    String instead();
}
