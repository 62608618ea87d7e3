package dev.palimpsest.jinja;

import java.util.HashMap;
import java.util.Map;

/** The only object whose fields a template may set; equal to itself alone. */
final class Namespace {
    final Map<String, Object> fields = new HashMap<>();
}
