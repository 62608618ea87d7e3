/**
 * The part of Jinja2 that chat templates and tasks are written in, read strictly: what is rendered
 * is what Jinja2 in transformers' sandbox renders, and what this package can't be sure of is
 * refused.
 *
 * <p>In reading order: {@code Lexer}, {@code Parser}, {@code Statement}, {@code Expression}, {@code
 * Python} for what values mean, {@code Filters}, {@code Conditions}, {@code StringMethods} and
 * {@code Functions} for what is called by name, {@code Scope} and {@code Budget} for one rendering.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.palimpsest.jinja;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
