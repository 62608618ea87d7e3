-- Scorings of jobs' steps, which a worker does for the job's trainer; they go with the job.
alter table scorings
    add column job  text collate "C" references jobs (id) on delete cascade,
    add column step bigint,
    add check ((job is null) = (step is null)),
    add unique (job, step);
