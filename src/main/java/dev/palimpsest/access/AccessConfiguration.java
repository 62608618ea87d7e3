package dev.palimpsest.access;

import static dev.palimpsest.access.Scope.ADMINISTER;
import static dev.palimpsest.access.Scope.READ;
import static dev.palimpsest.access.Scope.SUBMIT;

import dev.palimpsest.home.Settings;
import dev.palimpsest.projects.Projects;
import dev.palimpsest.web.Ids;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationProvider;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/**
 * Which request wants which scope. Pages are files without data and are open; what they ask is not.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class AccessConfiguration {
    /** Below these there is something to know; all else is pages and their files. */
    static final List<String> DATA_ROOTS = List.of("/api/", "/ajax-api/", "/v1/", "/actuator/");

    private static final String[] DATA =
            DATA_ROOTS.stream().map(root -> root + "**").toArray(String[]::new);

    @Bean
    SecurityFilterChain access(
            HttpSecurity http,
            Settings settings,
            Entrance entrance,
            AccessSettings access,
            KeyProvider keys,
            Projects projects,
            ObjectProvider<JwtDecoder> decoder)
            throws Exception {
        AuthenticationManager doors = doors(keys, decoder, access);
        http.csrf(AbstractHttpConfigurer::disable) // BrowserRules refuse what other origins send
                .headers(AbstractHttpConfigurer::disable) // and say what pages may do
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .sessionManagement(
                        session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .oauth2ResourceServer(
                        server ->
                                server.authenticationManagerResolver(_ -> doors)
                                        .bearerTokenResolver(new KeyCarrier(entrance.isGuarded()))
                                        .authenticationEntryPoint(AccessConfiguration::refuse)
                                        .withObjectPostProcessor(unavailable()))
                .exceptionHandling(
                        refusals ->
                                refusals.authenticationEntryPoint(AccessConfiguration::refuse)
                                        .accessDeniedHandler(
                                                (_, response, _) ->
                                                        response.sendError(
                                                                403,
                                                                "this key may not do that; one of a higher scope may")));
        http.addFilterBefore(new Callers(projects), AuthorizationFilter.class);
        if (!entrance.isGuarded())
            http.anonymous(
                    local -> local.principal(Caller.LOCAL).authorities(ADMINISTER.authorities()));
        http.authorizeHttpRequests(
                requests -> {
                    requests.dispatcherTypeMatchers(
                                    DispatcherType.FORWARD,
                                    DispatcherType.ERROR,
                                    DispatcherType.ASYNC)
                            .permitAll();
                    requests.requestMatchers("/actuator/health/**").permitAll();
                    if (!settings.role().answersRequests()) {
                        requests.requestMatchers(HttpMethod.GET, "/actuator/**")
                                .hasAuthority(READ.name());
                        requests.anyRequest().denyAll();
                        return;
                    }
                    requests.requestMatchers("/api/v1/session").permitAll();
                    requests.requestMatchers(
                                    "/api/v1/projects/**",
                                    "/api/v1/workers/*/**",
                                    "/api/v1/storage/projects")
                            .access(AccessConfiguration::runsTheService);
                    requests.requestMatchers(
                                    "/api/v1/keys/**", "/api/v1/audit", "/api/v1/storage/deleted")
                            .hasAuthority(ADMINISTER.name());
                    requests.requestMatchers(
                                    HttpMethod.POST, "/api/v1/*/*/restore", "/v1/files/*/restore")
                            .hasAuthority(ADMINISTER.name());
                    requests.requestMatchers(HttpMethod.POST, "/*/2.0/mlflow/*/search")
                            .hasAuthority(READ.name());
                    requests.requestMatchers(HttpMethod.GET, DATA).hasAuthority(READ.name());
                    requests.requestMatchers(HttpMethod.HEAD, DATA).hasAuthority(READ.name());
                    requests.requestMatchers(HttpMethod.GET).permitAll();
                    requests.requestMatchers(HttpMethod.HEAD).permitAll();
                    requests.anyRequest().hasAuthority(SUBMIT.name());
                });
        return http.build();
    }

    /** A method that no route has is refused by the routes, which say the ones that there are. */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setUnsafeAllowAnyHttpMethod(true);
        return firewall;
    }

    private static AuthorizationDecision runsTheService(
            Supplier<? extends @Nullable Authentication> asking, Object request) {
        Authentication known = asking.get();
        return new AuthorizationDecision(
                known != null
                        && known.getPrincipal() instanceof Caller caller
                        && caller.runsTheService());
    }

    /** Who is let in by a key of ours, or else by a token of the issuer, if there is one. */
    private static AuthenticationManager doors(
            KeyProvider keys, ObjectProvider<JwtDecoder> decoder, AccessSettings access) {
        JwtDecoder issuers = decoder.getIfAvailable();
        if (issuers == null) return new ProviderManager(keys);
        JwtAuthenticationProvider tokens = new JwtAuthenticationProvider(issuers);
        tokens.setJwtAuthenticationConverter(
                new Tokens(access.scopesClaim(), access.projectClaim()));
        return new ProviderManager(keys, tokens);
    }

    /**
     * An issuer that does not answer is no fault of this service, which Spring Security would say.
     */
    private static ObjectPostProcessor<BearerTokenAuthenticationFilter> unavailable() {
        return new ObjectPostProcessor<>() {
            @Override
            public <F extends BearerTokenAuthenticationFilter> F postProcess(F filter) {
                filter.setAuthenticationFailureHandler(AccessConfiguration::refuse);
                return filter;
            }
        };
    }

    private static void refuse(
            HttpServletRequest request,
            HttpServletResponse response,
            AuthenticationException failure)
            throws IOException {
        if (failure instanceof AuthenticationServiceException) {
            response.setHeader("Retry-After", "5");
            response.sendError(503, "the issuer of tokens does not answer");
            return;
        }
        response.setHeader("WWW-Authenticate", "Bearer");
        response.sendError(
                401,
                failure instanceof OAuth2AuthenticationException
                        ? failure.getMessage()
                        : "a key is wanted; send it as `Authorization: Bearer KEY`");
    }

    /** A request is measured as one, not anew by each filter that it passes. */
    @Bean
    SecurityObservationSettings requestsAsOne() {
        return SecurityObservationSettings.noObservations();
    }

    /** The trail surrounds the decision, so that what was refused is in it too. */
    @Bean
    FilterRegistrationBean<AuditTrail> auditTrail(AuditEntries entries, Ids ids, Clock clock) {
        var filter = new FilterRegistrationBean<>(new AuditTrail(entries, ids, clock));
        filter.setOrder(-110);
        return filter;
    }
}
