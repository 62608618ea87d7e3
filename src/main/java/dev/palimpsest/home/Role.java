package dev.palimpsest.home;

/** What this process does: answer requests, run jobs, or both. */
public enum Role {
    ALL,
    API,
    WORKER;

    public boolean answersRequests() {
        return this != WORKER;
    }

    public boolean runsJobs() {
        return this != API;
    }
}
