-- The paper's study as a workflow: a sweep of rates, then the grid at the rates chosen, then spectra. What a study has
-- come to is told by its sweeps' jobs; here is only where it stands and what it chose.
create table studies (
    id           text collate "C" primary key,
    experiment   text collate "C" not null references experiments (id) on delete cascade,
    name         text,
    request      json        not null, -- json keeps the order of what was asked
    stage        text        not null check (stage in ('rates', 'grid', 'spectra', 'done')),
    status       text        not null check (status in ('running', 'paused', 'succeeded', 'failed', 'cancelled')),
    rate_sweep   text collate "C" not null references sweeps (id),
    grid_sweep   text collate "C" references sweeps (id),
    choices      json, -- of rates, once they are known
    beyond_budget boolean    not null, -- its owner let it go on all the same
    reason       text, -- why it is paused or failed
    created_at   timestamptz not null,
    ended_at     timestamptz,
    check ((status in ('running', 'paused')) = (ended_at is null)),
    check (grid_sweep is null or choices is not null)
);
create index studies_by_experiment on studies (experiment, id desc);
create unique index studies_by_rate_sweep on studies (rate_sweep);
create unique index studies_by_grid_sweep on studies (grid_sweep) where grid_sweep is not null;

create function refuse_illegal_study_move() returns trigger language plpgsql as $$
begin
    if (old.status, new.status) not in (
            ('running', 'paused'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled'),
            ('paused', 'running'), ('paused', 'cancelled'), ('paused', 'failed'),
            ('succeeded', 'running'), ('failed', 'running'), ('cancelled', 'running')) then
        raise exception 'study % is % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger studies_move_as_allowed before update of status on studies
    for each row when (old.status is distinct from new.status) execute function refuse_illegal_study_move();

-- db-scheduler's table once more: a look at a study waits behind nothing.
create table study_queue (
    task_name            text        not null,
    task_instance        text        not null,
    task_data            bytea,
    execution_time       timestamptz not null,
    picked               boolean     not null,
    picked_by            text,
    last_success         timestamptz,
    last_failure         timestamptz,
    consecutive_failures integer,
    last_heartbeat       timestamptz,
    version              bigint      not null,
    priority             smallint,
    primary key (task_name, task_instance)
);
create index study_queue_by_time on study_queue (execution_time);
create index study_queue_by_heartbeat on study_queue (last_heartbeat);
