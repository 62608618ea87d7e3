package dev.palimpsest.projects;

import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts {@link ProjectConnections} before every connection that anybody takes from the pool. */
@Configuration(proxyBeanMethods = false)
class ProjectsConfiguration {
    @Bean
    static BeanPostProcessor projectConnections() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof DataSource pool ? new ProjectConnections(pool) : bean;
            }
        };
    }
}
