package dev.palimpsest.projects;

import java.time.Instant;

/**
 * A tenant.
 *
 * @param weight of two projects that both wait for devices, one of twice the weight gets twice
 *     their time
 */
record Project(String id, double weight, Quotas quotas, long version, Instant createdAt) {}
