-- Scored steps whose scores are not summed up in step_scores: to look for them among all evaluations took a third of an analysis's time.
create table open_steps (
    job  text collate "C" not null references jobs (id) on delete cascade,
    step bigint           not null,
    primary key (job, step)
);
insert into open_steps (job, step)
select distinct je.job, je.step from job_evaluations je
where not exists (select from step_scores s where s.job = je.job and s.step = je.step);

create function open_scored_steps() returns trigger language plpgsql as $$
begin
    insert into open_steps (job, step)
    select distinct scored.job, scored.step from scored
    where not exists (select from step_scores s where s.job = scored.job and s.step = scored.step)
    on conflict do nothing;
    return null;
end $$;
create trigger scored_steps_are_open after insert on job_evaluations
    referencing new table as scored for each statement execute function open_scored_steps();

create function close_summed_steps() returns trigger language plpgsql as $$
begin
    delete from open_steps o using summed where o.job = summed.job and o.step = summed.step;
    return null;
end $$;
create trigger summed_steps_are_closed after insert on step_scores
    referencing new table as summed for each statement execute function close_summed_steps();

-- Unless the job itself goes.
create function open_steps_again() returns trigger language plpgsql as $$
begin
    insert into open_steps (job, step)
    select gone.job, gone.step from gone
    where exists (select from job_evaluations je where je.job = gone.job and je.step = gone.step)
      and exists (select from jobs where jobs.id = gone.job)
    on conflict do nothing;
    return null;
end $$;
create trigger unsummed_steps_are_open after delete on step_scores
    referencing old table as gone for each statement execute function open_steps_again();

-- Of those, few have samples that were counted.
create index evaluations_sampled on evaluations (id) where jsonb_exists(metrics, 'distinct');
