-- What happened to jobs, in its order. Rows follow from what changes, in the transaction that changes it, so that no way of changing
-- it can leave one out; whoever listens to job_changed hears of them, and of new metrics, once they can be read.
create table job_events (
    id   bigint      generated always as identity primary key,
    job  text collate "C" not null references jobs (id) on delete cascade,
    at   timestamptz not null,
    type text        not null,
    data jsonb       not null
);
create index job_events_by_job on job_events (job, id);

-- A job's row is locked first: of two transactions the later one has the higher ids, so that a reader who has seen an id has seen all before
-- it. An imported job is a record, to which nothing happens.
create function tell_of_job(its_id text, what text, details jsonb) returns void language plpgsql as $$
begin
    perform from jobs where id = its_id and origin is null for no key update;
    if found then
        insert into job_events (job, at, type, data) values (its_id, now(), what, jsonb_strip_nulls(details));
        perform pg_notify('job_changed', its_id);
    end if;
end $$;

create function tell_of_move() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' or old.status <> new.status then
        perform tell_of_job(new.id, new.status, jsonb_build_object(
            'attempt', nullif(new.attempt, 0), 'step', nullif(new.step, 0), 'reason', new.error_title));
    end if;
    if tg_op = 'UPDATE' then
        if old.pause_requested_at is null and new.pause_requested_at is not null then
            perform tell_of_job(new.id, 'pause_requested', '{}');
        end if;
        if old.cancel_requested_at is null and new.cancel_requested_at is not null then
            perform tell_of_job(new.id, 'cancel_requested', '{}');
        end if;
        if new.diverged and not old.diverged then
            perform tell_of_job(new.id, 'diverged', jsonb_build_object('step', old.step));
        end if;
        if new.step < old.step then
            perform tell_of_job(new.id, 'went_back', jsonb_build_object('from_step', old.step, 'step', new.step));
        end if;
        if new.guarded is not null and old.guarded is distinct from new.guarded then
            perform tell_of_job(new.id, 'guarded', new.guarded);
        end if;
    end if;
    return null;
end $$;
create trigger jobs_tell_of_their_moves after insert or update on jobs for each row execute function tell_of_move();

create function tell_of_checkpoint() returns trigger language plpgsql as $$
begin
    perform tell_of_job(new.job, 'checkpoint_saved', jsonb_build_object('checkpoint', new.id, 'step', new.step, 'tokens', new.tokens));
    return null;
end $$;
create trigger checkpoints_are_told_of after insert on checkpoints
    for each row when (new.present) execute function tell_of_checkpoint();

create function tell_of_evaluation() returns trigger language plpgsql as $$
begin
    perform tell_of_job(new.job, 'evaluated', jsonb_build_object('evaluation', new.evaluation, 'task', new.task, 'step', new.step));
    return null;
end $$;
create trigger evaluations_are_told_of after insert on job_evaluations for each row execute function tell_of_evaluation();

-- What is known of jobs that were here before.
insert into job_events (job, at, type, data)
select job, at, type, jsonb_strip_nulls(data) from (
    select id as job, created_at as at, 'queued' as type, jsonb_build_object() as data from jobs where origin is null
    union all
    select a.job, a.started_at, 'running', jsonb_build_object('attempt', a.number)
    from attempts a join jobs j on j.id = a.job where j.origin is null
    union all
    select c.job, c.created_at, 'checkpoint_saved', jsonb_build_object('checkpoint', c.id, 'step', c.step, 'tokens', c.tokens)
    from checkpoints c join jobs j on j.id = c.job where j.origin is null and c.present
    union all
    select je.job, e.created_at, 'evaluated', jsonb_build_object('evaluation', e.id, 'task', je.task, 'step', je.step)
    from job_evaluations je join evaluations e on e.id = je.evaluation join jobs j on j.id = je.job where j.origin is null
    union all
    select id, ended_at, status, jsonb_build_object('attempt', nullif(attempt, 0), 'step', step, 'reason', error_title)
    from jobs where origin is null and ended_at is not null) past
order by at;
