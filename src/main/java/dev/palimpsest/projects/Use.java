package dev.palimpsest.projects;

/**
 * What a project has of that for which there are quotas.
 *
 * @param deviceSeconds within thirty days
 */
record Use(int runningJobs, long deviceSeconds, long storageBytes) {}
