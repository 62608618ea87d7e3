package dev.palimpsest.jobs;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeName;
import dev.palimpsest.filter.Kind;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.JobSpec;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The single values of a job spec by their dotted paths, {@code method.rank}, as records say. */
public final class SpecPaths {
    public static final SortedMap<String, Kind> KINDS = kinds();

    private SpecPaths() {}

    private static SortedMap<String, Kind> kinds() {
        SortedMap<String, Kind> kinds = new TreeMap<>();
        collect("", JobSpec.class, kinds);
        return Collections.unmodifiableSortedMap(kinds);
    }

    private static void collect(String path, Class<?> type, Map<String, Kind> into) {
        if (type == String.class || type.isEnum() || isWrittenFreely(type))
            into.put(path, Kind.TEXT);
        else if (type == boolean.class || type == Boolean.class) into.put(path, Kind.TRUTH);
        else if (type.isPrimitive() || Number.class.isAssignableFrom(type))
            into.put(path, Kind.NUMBER);
        else if (type.isSealed())
            for (Class<?> variant : type.getPermittedSubclasses()) collect(path, variant, into);
        else if (type.isRecord()) parts(path, type, into);
    }

    private static void parts(String path, Class<?> type, Map<String, Kind> into) {
        String before = path.isEmpty() ? "" : path + ".";
        if (type.isAnnotationPresent(JsonTypeName.class)) into.put(before + "type", Kind.TEXT);
        for (RecordComponent part : type.getRecordComponents())
            collect(before + Binder.snake(part.getName()), part.getType(), into);
    }

    private static boolean isWrittenFreely(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.isAnnotationPresent(JsonCreator.class));
    }
}
