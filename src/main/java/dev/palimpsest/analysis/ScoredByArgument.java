package dev.palimpsest.analysis;

import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.ParameterCustomizer;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Reads {@link ScoredBy} from the query, and describes it in the OpenAPI document. */
@Component
final class ScoredByArgument
        implements HandlerMethodArgumentResolver, ParameterCustomizer, WebMvcConfigurer {
    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == ScoredBy.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binders) {
        return ScoredBy.of(request.getParameter(ScoredBy.PARAMETER));
    }

    @Override
    public @Nullable Parameter customize(@Nullable Parameter described, MethodParameter parameter) {
        if (described == null || !supportsParameter(parameter)) return described;
        StringSchema words = new StringSchema();
        ScoredBy.words().forEach(words::addEnumItem);
        words.setDefault(ScoredBy.PRIMARY.word());
        return described
                .name(ScoredBy.PARAMETER)
                .in("query")
                .required(false)
                .description(
                        "The scores compared: accuracies where there are any, or bits per byte alone")
                .schema(words);
    }
}
