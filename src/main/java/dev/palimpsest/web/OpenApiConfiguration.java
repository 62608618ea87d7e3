package dev.palimpsest.web;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The head of the OpenAPI document and the one schema of all problems. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(
                        new Info()
                                .title("Palimpsest")
                                .version("v1")
                                .description(
                                        "Runs finetuning experiments on your own language models and shows what"
                                                + " each run learned and what it forgot.")
                                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .components(
                        new Components()
                                .addSchemas("Problem", problem())
                                .addSecuritySchemes(
                                        "key",
                                        new SecurityScheme()
                                                .type(SecurityScheme.Type.HTTP)
                                                .scheme("bearer")
                                                .description(
                                                        "A key of POST /api/v1/keys or a token of the issuer; not wanted on a loopback"
                                                                + " address where nothing is configured")))
                .security(
                        List.of(
                                new SecurityRequirement().addList("key"),
                                new SecurityRequirement()));
    }

    /** RFC 9457, with every fault of a request under {@code errors}. */
    private static JsonSchema problem() {
        JsonSchema fault = object();
        fault.addProperty("pointer", string("An RFC 6901 JSON pointer into the request"));
        fault.addProperty("detail", string("What is wrong there"));
        JsonSchema errors = typed("array");
        errors.setItems(fault);
        JsonSchema problem = object();
        problem.addProperty("type", string("A URN that stays the same for a kind of problem"));
        problem.addProperty("title", string("The kind in words"));
        problem.addProperty("status", typed("integer"));
        problem.addProperty("detail", string("What happened and what to do next"));
        problem.addProperty("instance", string("The path asked for"));
        problem.addProperty("errors", errors);
        problem.addProperty("error", error());
        return problem;
    }

    /** The same for clients of the OpenAI API, which read nothing else. */
    private static JsonSchema error() {
        JsonSchema error = object();
        error.addProperty("message", string("The detail, or every fault"));
        error.addProperty("type", string("invalid_request_error or server_error"));
        JsonSchema param = string("The first faulty field, if there is one");
        param.setTypes(new LinkedHashSet<>(List.of("string", "null")));
        error.addProperty("param", param);
        error.addProperty("code", string("The kind in a word"));
        return error;
    }

    private static JsonSchema object() {
        return typed("object");
    }

    private static JsonSchema string(String description) {
        JsonSchema schema = typed("string");
        schema.setDescription(description);
        return schema;
    }

    private static JsonSchema typed(String type) {
        JsonSchema schema = new JsonSchema();
        schema.setTypes(Set.of(type));
        return schema;
    }
}
