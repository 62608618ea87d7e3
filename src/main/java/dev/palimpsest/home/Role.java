package dev.palimpsest.home;

/** What this process does: answer requests, run jobs, or both; or copy what there is, and end. */
public enum Role {
    ALL,
    API,
    WORKER,
    COPYIST;

    public boolean answersRequests() {
        return this == ALL || this == API;
    }

    public boolean runsJobs() {
        return this == ALL || this == WORKER;
    }
}
