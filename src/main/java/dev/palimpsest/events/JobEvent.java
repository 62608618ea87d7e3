package dev.palimpsest.events;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * Something that happened to a job.
 *
 * @param id a number that grows with time, as text
 * @param type a status that it has from then on, or what else happened
 * @param data what is to be known of it, by type
 */
public record JobEvent(String id, Instant at, String type, JsonNode data) {}
