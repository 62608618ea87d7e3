package dev.palimpsest.jinja;

/** A macro, a global function or a method of a value. */
interface Callable {
    Object call(Arguments arguments, Scope scope);
}
