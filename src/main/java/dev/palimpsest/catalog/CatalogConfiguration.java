package dev.palimpsest.catalog;

import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Lets imports run in the background. */
@Configuration(proxyBeanMethods = false)
@EnableAsync
@EnableScheduling
class CatalogConfiguration {}
