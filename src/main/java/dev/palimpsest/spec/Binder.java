package dev.palimpsest.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns JSON into the records of a request and says everything that is wrong with it at once, which
 * a data binder that stops at its first exception cannot: unknown fields, wrong types, missing
 * fields and what each record's own constructor refuses, each under its JSON pointer.
 */
public final class Binder {
    /**
     * What may be read at once, in depth and in number, as each token takes many times its bytes of
     * memory. A tokenizer of 260,000 tokens has three millions.
     */
    private static final StreamReadConstraints BOUNDS =
            StreamReadConstraints.builder().maxNestingDepth(500).maxTokenCount(8_000_000).build();

    /**
     * Snake case, constants in lower case, and a key given twice is an error rather than a silent
     * choice.
     */
    public static final JsonMapper JSON =
            JsonMapper.builder(JsonFactory.builder().streamReadConstraints(BOUNDS).build())
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .build();

    /** A component of a record: its field in JSON, and what stands for it when that is missing. */
    private record Field(
            String name,
            Class<?> type,
            Type genericType,
            @Nullable JsonNode standard,
            boolean optional) {
        static Field of(RecordComponent component) {
            Default standard = component.getAnnotation(Default.class);
            return new Field(
                    snake(component.getName()),
                    component.getType(),
                    component.getGenericType(),
                    standard == null ? null : JSON.readTree(standard.value()),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class));
        }
    }

    // looked up by reflection once a class: a list of jobs binds their specs again and again
    private static final ClassValue<List<Field>> FIELDS =
            new ClassValue<>() {
                @Override
                protected List<Field> computeValue(Class<?> type) {
                    return Arrays.stream(type.getRecordComponents()).map(Field::of).toList();
                }
            };

    private static final ClassValue<Constructor<?>> CONSTRUCTORS =
            new ClassValue<>() {
                @Override
                protected Constructor<?> computeValue(Class<?> type) {
                    return canonical(type);
                }
            };

    private static final ClassValue<Optional<Method>> DELEGATES =
            new ClassValue<>() {
                @Override
                protected Optional<Method> computeValue(Class<?> type) {
                    return delegate(type);
                }
            };

    /** For what is read at once: what is given twice is found by who reads it. */
    private static final JsonFactory PARSERS =
            JsonFactory.builder()
                    .streamReadConstraints(BOUNDS)
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .build();

    private static final ClassValue<Optional<Method>> READERS =
            new ClassValue<>() {
                @Override
                protected Optional<Method> computeValue(Class<?> type) {
                    Optional<Method> reader =
                            Arrays.stream(type.getDeclaredMethods())
                                    .filter(method -> method.isAnnotationPresent(AtOnce.class))
                                    .findFirst();
                    reader.ifPresent(method -> method.setAccessible(true));
                    return reader;
                }
            };

    private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

    private final Faults faults = new Faults();

    private Binder() {}

    /** The record that the JSON describes, or {@link InvalidSpec} with every fault. */
    public static <T> T bind(JsonNode json, Class<T> type) {
        Binder binder = new Binder();
        if (!storable(json)) binder.refuseUnstorable(json, "");
        Optional<Object> bound = binder.value(json, type, "");
        binder.faults.raise();
        return type.cast(bound.orElseThrow());
    }

    /** The record, if its class can make it of this at once. */
    public static <T> Optional<T> atOnce(byte[] json, Class<T> type) {
        Optional<Method> reader = READERS.get(type);
        if (reader.isEmpty()) return Optional.empty();
        try (JsonParser parser = PARSERS.createParser(ObjectReadContext.empty(), json)) {
            return Optional.ofNullable(type.cast(reader.get().invoke(null, parser)));
        } catch (InvocationTargetException _) {
            return Optional.empty();
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The same from text that this service wrote itself. */
    public static <T> T bind(String json, Class<T> type) {
        return bind(JSON.readTree(json), type);
    }

    /** Text that PostgreSQL or UTF-8 has no place for: NUL, and half a surrogate pair. */
    private void refuseUnstorable(JsonNode json, String pointer) {
        if (json.isString() && !storable(json.stringValue()))
            faults.add(new Fault(pointer, "holds a NUL character or half a surrogate pair"));
        for (int i = 0; json.isArray() && i < json.size(); i++)
            refuseUnstorable(json.get(i), pointer + "/" + i);
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (storable(field.getKey()))
                refuseUnstorable(field.getValue(), pointer + "/" + escape(field.getKey()));
            else faults.add(new Fault(pointer, "has a field with a NUL or half a surrogate pair"));
        }
    }

    private static boolean storable(JsonNode json) {
        if (json.isString()) return storable(json.stringValue());
        for (Map.Entry<String, JsonNode> field : json.properties())
            if (!storable(field.getKey()) || !storable(field.getValue())) return false;
        for (int i = 0; json.isArray() && i < json.size(); i++)
            if (!storable(json.get(i))) return false;
        return true;
    }

    private static boolean storable(String text) {
        boolean paired = false;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '\0') return false;
            if (paired) paired = false;
            else if (Character.isSurrogate(unit)) {
                paired =
                        i + 1 < text.length()
                                && Character.isSurrogatePair(unit, text.charAt(i + 1));
                if (!paired) return false;
            }
        }
        return true;
    }

    private Optional<Object> value(JsonNode json, Type type, String pointer) {
        return switch (type) {
            case ParameterizedType list when list.getRawType() == List.class ->
                    list(json, list.getActualTypeArguments()[0], pointer);
            case ParameterizedType map when map.getRawType() == Map.class ->
                    map(json, map.getActualTypeArguments()[1], pointer);
            case Class<?> raw when raw.isEnum() -> constant(json, raw, pointer);
            case Class<?> raw when DELEGATES.get(raw).isPresent() ->
                    delegated(json, DELEGATES.get(raw).get(), pointer);
            case Class<?> raw when raw.isRecord() -> record(json, raw, pointer);
            case Class<?> raw when raw.isSealed() -> variant(json, raw, pointer);
            case Class<?> raw -> scalar(json, raw, pointer);
            default -> throw new IllegalArgumentException("no binding for " + type);
        };
    }

    private Optional<Object> record(JsonNode json, Class<?> type, String pointer) {
        if (!json.isObject()) return fault(pointer, "must be an object, got " + kind(json));
        List<Field> fields = FIELDS.get(type);
        refuseUnknown(json, type, fields, pointer);
        @Nullable Object[] arguments = new @Nullable Object[fields.size()];
        Set<String> faulty = new LinkedHashSet<>();
        for (int i = 0; i < arguments.length; i++) {
            Field field = fields.get(i);
            String at = pointer + "/" + escape(field.name());
            int before = faults.found().size();
            arguments[i] = component(json, field, at).orElse(null);
            if (faults.found().size() > before) {
                faulty.add(at);
                arguments[i] = placeholder(field.type());
            }
        }
        return construct(type, arguments, pointer, faulty);
    }

    private void refuseUnknown(JsonNode json, Class<?> type, List<Field> fields, String pointer) {
        if (type.isAnnotationPresent(Tolerant.class)) return;
        boolean named = type.isAnnotationPresent(JsonTypeName.class);
        for (String given : json.propertyNames()) {
            if (named && given.equals("type")) continue;
            if (isKnown(given, fields)) continue;
            String known = fields.stream().map(Field::name).collect(Collectors.joining(", "));
            String hint = known.isEmpty() ? "" : "; the fields here are " + known;
            faults.add(new Fault(pointer + "/" + escape(given), "is not a known field" + hint));
        }
    }

    private static boolean isKnown(String given, List<Field> fields) {
        for (Field field : fields) if (field.name().equals(given)) return true;
        return false;
    }

    private Optional<Object> component(JsonNode parent, Field field, String at) {
        JsonNode given = parent.get(field.name());
        if (given != null && !given.isNull()) return value(given, field.genericType(), at);
        if (field.standard() != null) return value(field.standard(), field.genericType(), at);
        return field.optional() ? Optional.empty() : fault(at, "is required");
    }

    /**
     * Faults of a constructor that only follow from a component already found faulty are left out.
     */
    private Optional<Object> construct(
            Class<?> type, @Nullable Object[] arguments, String pointer, Set<String> faulty) {
        try {
            Object built = CONSTRUCTORS.get(type).newInstance(arguments);
            return faulty.isEmpty() ? Optional.of(built) : Optional.empty();
        } catch (InvocationTargetException thrown) {
            return switch (thrown.getCause()) {
                case InvalidSpec invalid -> {
                    for (Fault fault : invalid.faults()) {
                        Fault absolute = fault.under(pointer);
                        if (!faulty.contains(absolute.pointer())) faults.add(absolute);
                    }
                    yield Optional.empty();
                }
                // a nested record that could not be built left its place empty
                case NullPointerException _ when !faulty.isEmpty() -> Optional.empty();
                case null, default -> throw new IllegalStateException(type + " failed", thrown);
            };
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Constructor<?> canonical(Class<?> type) {
        try {
            Constructor<?> constructor =
                    type.getDeclaredConstructor(
                            Arrays.stream(type.getRecordComponents())
                                    .map(RecordComponent::getType)
                                    .toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private Optional<Object> variant(JsonNode json, Class<?> type, String pointer) {
        if (!json.isObject()) return fault(pointer, "must be an object, got " + kind(json));
        String property = type.getAnnotation(JsonTypeInfo.class).property();
        Map<String, Class<?>> variants = new LinkedHashMap<>();
        for (Class<?> variant : type.getPermittedSubclasses())
            variants.put(variant.getAnnotation(JsonTypeName.class).value(), variant);
        String choices = String.join(", ", variants.keySet());
        JsonNode name = json.get(property);
        if (name == null) return fault(pointer + "/" + property, "is required; one of " + choices);
        Class<?> variant = variants.get(name.asString(""));
        if (variant == null)
            return fault(pointer + "/" + property, "must be one of " + choices + ", got " + name);
        return record(json, variant, pointer);
    }

    private Optional<Object> list(JsonNode json, Type element, String pointer) {
        if (!json.isArray()) return fault(pointer, "must be a list, got " + kind(json));
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < json.size(); i++)
            value(json.get(i), element, pointer + "/" + i).ifPresent(values::add);
        return Optional.of(values);
    }

    private Optional<Object> map(JsonNode json, Type element, String pointer) {
        if (!json.isObject()) return fault(pointer, "must be an object, got " + kind(json));
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties())
            value(entry.getValue(), element, pointer + "/" + escape(entry.getKey()))
                    .ifPresent(value -> values.put(entry.getKey(), value));
        return Optional.of(values);
    }

    private Optional<Object> constant(JsonNode json, Class<?> type, String pointer) {
        for (Object constant : type.getEnumConstants())
            if (json.isString() && lower(constant).equals(json.stringValue()))
                return Optional.of(constant);
        String choices =
                Arrays.stream(type.getEnumConstants())
                        .map(Binder::lower)
                        .collect(Collectors.joining(", "));
        return fault(pointer, "must be one of " + choices + ", got " + json);
    }

    private Optional<Object> scalar(JsonNode json, Class<?> type, String pointer) {
        if (type == JsonNode.class) return Optional.of(json);
        if (type == Instant.class) return instant(json, pointer);
        if (type == String.class)
            return json.isString()
                    ? Optional.of(json.stringValue())
                    : fault(pointer, "must be a string, got " + kind(json));
        if (type == boolean.class || type == Boolean.class)
            return json.isBoolean()
                    ? Optional.of(json.booleanValue())
                    : fault(pointer, "must be true or false, got " + kind(json));
        if (type == int.class || type == Integer.class)
            return json.isIntegralNumber() && json.canConvertToInt()
                    ? Optional.of(json.intValue())
                    : fault(pointer, "must be a whole number, got " + shown(json));
        if (type == long.class || type == Long.class)
            return json.isIntegralNumber() && json.canConvertToLong()
                    ? Optional.of(json.longValue())
                    : fault(pointer, "must be a whole number, got " + shown(json));
        if (type == double.class || type == Double.class)
            return json.isNumber() && Double.isFinite(json.asDouble(Double.NaN))
                    ? Optional.of(json.asDouble())
                    : fault(pointer, "must be a number, got " + shown(json));
        throw new IllegalArgumentException("no binding for " + type);
    }

    private Optional<Object> instant(JsonNode json, String pointer) {
        try {
            return Optional.of(Instant.parse(json.asString("")));
        } catch (DateTimeParseException _) {
            return fault(pointer, "must be an RFC 3339 time in UTC, got " + shown(json));
        }
    }

    private Optional<Object> delegated(JsonNode json, Method creator, String pointer) {
        try {
            return Optional.of(creator.invoke(null, json));
        } catch (InvocationTargetException thrown) {
            if (!(thrown.getCause() instanceof InvalidSpec invalid))
                throw new IllegalStateException(creator + " failed", thrown);
            for (Fault fault : invalid.faults()) faults.add(fault.under(pointer));
            return Optional.empty();
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Optional<Method> delegate(Class<?> type) {
        Optional<Method> creator =
                Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(JsonCreator.class))
                        .filter(method -> method.getParameterTypes()[0] == JsonNode.class)
                        .findFirst();
        creator.ifPresent(method -> method.setAccessible(true));
        return creator;
    }

    private Optional<Object> fault(String pointer, String detail) {
        faults.add(new Fault(pointer, detail));
        return Optional.empty();
    }

    private static @Nullable Object placeholder(Class<?> type) {
        if (type == int.class) return 0;
        if (type == long.class) return 0L;
        if (type == double.class) return 0.0;
        if (type == boolean.class) return false;
        if (type == String.class) return "";
        if (type == List.class) return List.of();
        if (type == Map.class) return Map.of();
        return null;
    }

    private static String lower(Object constant) {
        return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
    }

    /** The name in JSON of a record's component. */
    public static String snake(String camel) {
        return HUMP.matcher(camel).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    }

    private static String escape(String token) {
        return token.replace("~", "~0").replace("/", "~1");
    }

    private static String kind(JsonNode json) {
        return json.isContainer() ? (json.isArray() ? "a list" : "an object") : shown(json);
    }

    private static String shown(JsonNode json) {
        String text = json.toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
