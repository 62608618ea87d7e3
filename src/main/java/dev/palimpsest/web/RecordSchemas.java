package dev.palimpsest.web;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palimpsest.spec.Binder;
import dev.palimpsest.spec.Default;
import dev.palimpsest.spec.Shape;
import dev.palimpsest.spec.Tolerant;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Discriminator;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Describes our records to OpenAPI as {@link Binder} reads them and Jackson 3 writes them. */
@Component
@SuppressWarnings("rawtypes") // swagger-core's own
final class RecordSchemas implements ModelConverter {
    private static final ObjectMapper TYPES = Json31.mapper();

    /** What each name stands for, as two would be one in the description. */
    private static final Map<String, JavaType> NAMED = new ConcurrentHashMap<>();

    private static final Map<Class<?>, JsonSchema> SCALARS =
            Map.ofEntries(
                    Map.entry(String.class, of("string", null)),
                    Map.entry(Instant.class, of("string", "date-time")),
                    Map.entry(boolean.class, of("boolean", null)),
                    Map.entry(Boolean.class, of("boolean", null)),
                    Map.entry(int.class, of("integer", "int32")),
                    Map.entry(Integer.class, of("integer", "int32")),
                    Map.entry(long.class, of("integer", "int64")),
                    Map.entry(Long.class, of("integer", "int64")),
                    Map.entry(double.class, of("number", "double")),
                    Map.entry(Double.class, of("number", "double")));

    @Override
    public @Nullable Schema resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> others) {
        JavaType java = TYPES.constructType(type.getType());
        if (java != null && ours(java.getRawClass())) return schema(java, context);
        return others.hasNext() ? others.next().resolve(type, context, others) : null;
    }

    private static boolean ours(Class<?> type) {
        return type.getPackageName().startsWith("dev.palimpsest")
                && (type.isRecord() || type.isSealed() || type.isEnum());
    }

    private static JsonSchema schema(JavaType type, ModelConverterContext context) {
        Class<?> raw = type.getRawClass();
        JsonSchema scalar = SCALARS.get(raw);
        if (scalar != null) return of(only(scalar.getTypes()), scalar.getFormat());
        if (raw.isEnum()) return constants(raw);
        if (Collection.class.isAssignableFrom(raw)) {
            JsonSchema list = of("array", null);
            list.setItems(schema(type.getContentType(), context));
            return list;
        }
        if (Map.class.isAssignableFrom(raw)) {
            JsonSchema map = of("object", null);
            map.setAdditionalProperties(schema(type.getContentType(), context));
            return map;
        }
        if (!ours(raw)) return new JsonSchema();
        Shape shape = raw.getAnnotation(Shape.class);
        if (shape != null) return of(shape);
        if (readsAnyJson(raw)) return writesText(raw) ? of("string", null) : nameOrNames();
        define(type, context);
        return reference(name(type));
    }

    private static void define(JavaType type, ModelConverterContext context) {
        String name = name(type);
        JavaType called = NAMED.putIfAbsent(name, type);
        if (called != null && !called.equals(type))
            throw new IllegalStateException(
                    "%s and %s are both described as %s; rename one".formatted(called, type, name));
        if (context.getDefinedModels().containsKey(name)) return;
        context.defineModel(name, of("object", null)); // a record may hold itself
        Class<?> raw = type.getRawClass();
        context.defineModel(name, raw.isRecord() ? record(type, context) : variants(raw, context));
    }

    private static JsonSchema record(JavaType type, ModelConverterContext context) {
        JsonSchema object = of("object", null);
        JsonTypeName variant = type.getRawClass().getAnnotation(JsonTypeName.class);
        if (variant != null) {
            JsonSchema constant = of("string", null);
            constant.setConst(variant.value());
            object.addProperty("type", constant);
            object.addRequiredItem("type");
        }
        boolean tolerant = type.getRawClass().isAnnotationPresent(Tolerant.class);
        for (RecordComponent component : type.getRawClass().getRecordComponents()) {
            String field = Binder.snake(component.getName());
            JavaType java =
                    TYPES.getTypeFactory()
                            .resolveMemberType(component.getGenericType(), type.getBindings());
            Default standard = component.getAnnotation(Default.class);
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            JsonSchema schema = schema(java, context);
            if (component.getAnnotatedType() instanceof AnnotatedParameterizedType list
                    && schema.getItems() instanceof JsonSchema items
                    && list.getAnnotatedActualTypeArguments()[0].isAnnotationPresent(
                            Nullable.class)) schema.setItems(orNull(items));
            if (standard != null) schema.setDefault(DescribeOperation.tree(standard.value()));
            else if (!nullable) object.addRequiredItem(field);
            boolean mayBeNull = nullable || (tolerant && standard != null);
            object.addProperty(field, mayBeNull ? orNull(schema) : schema);
        }
        return object;
    }

    private static JsonSchema variants(Class<?> sealed, ModelConverterContext context) {
        JsonSchema choice = new JsonSchema();
        Discriminator discriminator =
                new Discriminator()
                        .propertyName(sealed.getAnnotation(JsonTypeInfo.class).property());
        for (Class<?> variant : sealed.getPermittedSubclasses()) {
            JsonSchema reference = schema(TYPES.constructType(variant), context);
            choice.addOneOfItem(reference);
            discriminator.mapping(
                    variant.getAnnotation(JsonTypeName.class).value(), reference.get$ref());
        }
        choice.setDiscriminator(discriminator);
        return choice;
    }

    private static JsonSchema constants(Class<?> type) {
        JsonSchema schema = of("string", null);
        for (Object constant : type.getEnumConstants())
            schema.addEnumItemObject(((Enum<?>) constant).name().toLowerCase(Locale.ROOT));
        return schema;
    }

    private static boolean readsAnyJson(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(method -> method.isAnnotationPresent(JsonCreator.class));
    }

    private static boolean writesText(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(
                        method ->
                                method.isAnnotationPresent(JsonValue.class)
                                        && method.getReturnType() == String.class);
    }

    private static JsonSchema nameOrNames() {
        JsonSchema schema = new JsonSchema();
        schema.setTypes(new LinkedHashSet<>(List.of("string", "array")));
        schema.setItems(of("string", null));
        return schema;
    }

    static JsonSchema orNull(JsonSchema schema) {
        if (schema.equals(new JsonSchema())) return schema; // anything, null too
        if (schema.getTypes() == null) {
            JsonSchema either = new JsonSchema();
            either.addOneOfItem(schema);
            either.addOneOfItem(of("null", null));
            return either;
        }
        Set<String> types = new LinkedHashSet<>(schema.getTypes());
        types.add("null");
        schema.setTypes(types);
        if (schema.getEnum() != null && !schema.getEnum().contains(null))
            schema.addEnumItemObject(null);
        return schema;
    }

    private static JsonSchema reference(String name) {
        JsonSchema schema = new JsonSchema();
        schema.set$ref("#/components/schemas/" + name);
        return schema;
    }

    private static JsonSchema of(String type, @Nullable String format) {
        JsonSchema schema = new JsonSchema();
        schema.setTypes(new LinkedHashSet<>(Set.of(type)));
        schema.setFormat(format);
        return schema;
    }

    private static JsonSchema of(Shape shape) {
        try {
            return TYPES.readValue(shape.value(), JsonSchema.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException broken) {
            throw new IllegalStateException("a @Shape is no schema: " + shape.value(), broken);
        }
    }

    /** Whether a record refuses fields that it does not have. */
    static boolean refusesOthers(String name) {
        JavaType type = NAMED.get(name);
        return type != null
                && type.getRawClass().isRecord()
                && !type.getRawClass().isAnnotationPresent(Tolerant.class);
    }

    private static String only(Set<String> types) {
        return types.iterator().next();
    }

    /** A nested type is called by its parent too, a page by what is on it. */
    private static String name(JavaType type) {
        StringBuilder name = new StringBuilder(name(type.getRawClass()));
        for (JavaType parameter : type.getBindings().getTypeParameters())
            name.append("Of").append(name(parameter));
        return name.toString();
    }

    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer != null && ours(outer)
                ? name(outer) + type.getSimpleName()
                : type.getSimpleName();
    }
}
