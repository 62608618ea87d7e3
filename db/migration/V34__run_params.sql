-- What clients of MLflow say of a run and a job spec has no place for: each once, as text.
create table run_params (
    job   text collate "C" not null references jobs (id) on delete cascade,
    key   text collate "C" not null,
    value text             not null,
    primary key (job, key)
);
create index run_params_by_key on run_params (key, job);

-- Those clients know experiments by their names.
create index experiments_by_name on experiments (name, id desc);
