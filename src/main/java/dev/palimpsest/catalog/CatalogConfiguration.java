package dev.palimpsest.catalog;

import dev.palimpsest.home.Home;
import jakarta.servlet.MultipartConfigElement;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.servlet.autoconfigure.MultipartProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Lets uploads come into the home. */
@Configuration(proxyBeanMethods = false)
class CatalogConfiguration {
    /** Uploads are received in the home: a folder for temporary files may be small, or memory. */
    @Bean
    @ConditionalOnWebApplication // a worker has no door
    MultipartConfigElement uploads(MultipartProperties limits, Home home) {
        limits.setLocation(home.uploads().toString());
        return limits.createMultipartConfig();
    }
}
