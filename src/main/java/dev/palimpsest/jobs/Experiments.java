package dev.palimpsest.jobs;

import org.springframework.data.repository.ListCrudRepository;

/** All experiments. */
public interface Experiments extends ListCrudRepository<Experiment, String> {}
