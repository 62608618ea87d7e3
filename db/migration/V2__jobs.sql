-- Experiments, jobs and what their attempts leave behind. Ids are time-ordered, so "newest first" is the primary key
-- read backwards; collation C makes that an order of bytes.

create table experiments (
    id               text collate "C" primary key,
    name             text        not null,
    description      text,
    base_model       text collate "C" not null references base_models (name),
    learning_tasks   text[]      not null,
    forgetting_tasks text[]      not null,
    tags             jsonb       not null default '{}',
    version          bigint      not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null
);
create index experiments_base_model on experiments (base_model);

create table jobs (
    id                   text collate "C" primary key,
    experiment           text collate "C" not null references experiments (id),
    name                 text,
    status               text        not null check (status in ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled')),
    spec                 jsonb       not null,
    base_model           text collate "C" not null references base_models (name),
    method               text        not null,
    tags                 jsonb       not null default '{}',
    round                integer     not null, -- how often it was put into the queue by its owner: submitted, then each retry
    attempt              integer     not null, -- the current attempt's number; 0 before the first
    faults               integer     not null, -- infrastructure faults of this round
    cancel_requested_at  timestamptz,
    step                 bigint      not null,
    total_steps          bigint,
    tokens               bigint      not null,
    trainable_parameters bigint,
    peak_bytes           bigint,
    warnings             text[]      not null default '{}',
    error_title          text,
    error_detail         text,
    created_at           timestamptz not null,
    started_at           timestamptz,
    ended_at             timestamptz
);
create index jobs_by_base_model on jobs (base_model);
create index jobs_by_experiment on jobs (experiment, id desc);
create index jobs_by_status on jobs (status, id desc);
create index jobs_by_method on jobs (method, id desc);
create index jobs_by_tag on jobs using gin (tags jsonb_path_ops);

-- The moves that Job makes, checked once more where nothing can go around them.
create function refuse_illegal_move() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'queued' then
            raise exception 'job % begins as %, must begin as queued', new.id, new.status using errcode = 'check_violation';
        end if;
    elsif (old.status, new.status) not in (
            ('queued', 'running'), ('queued', 'paused'), ('queued', 'cancelled'),
            ('running', 'queued'), ('running', 'paused'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled'),
            ('paused', 'queued'), ('paused', 'cancelled'),
            ('failed', 'queued'), ('cancelled', 'queued')) then
        raise exception 'job % is % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger jobs_begin_queued before insert on jobs for each row execute function refuse_illegal_move();
create trigger jobs_move_as_allowed before update of status on jobs
    for each row when (old.status is distinct from new.status) execute function refuse_illegal_move();

create table attempts (
    job        text collate "C" not null references jobs (id) on delete cascade,
    number     integer     not null,
    worker     text        not null,
    started_at timestamptz not null,
    ended_at   timestamptz,
    outcome    text check (outcome in ('finished', 'failed', 'cancelled', 'lost', 'handed_back')),
    reason     text,
    primary key (job, number)
);

create table checkpoints (
    id         text collate "C" primary key,
    job        text collate "C" not null references jobs (id) on delete cascade,
    attempt    integer          not null,
    step       bigint           not null,
    epoch      double precision not null,
    tokens     bigint           not null,
    kind       text             not null check (kind in ('adapter', 'model')),
    folder     text             not null, -- below the home folder
    files      jsonb            not null, -- [{path, bytes, sha256}]
    content    text             not null, -- sha256 over the weights' sums: what it is, wherever it lies
    created_at timestamptz      not null,
    unique (job, step)
);

create table metric_points (
    job   text collate "C" not null references jobs (id) on delete cascade,
    key   text collate "C" not null,
    step  bigint           not null,
    value double precision not null, -- may be NaN or infinite, as measured
    at    timestamptz      not null,
    primary key (job, key, step)
);

create table log_lines (
    job     text collate "C" not null references jobs (id) on delete cascade,
    attempt integer not null,
    number  integer not null,
    line    text    not null,
    primary key (job, attempt, number)
);

-- One score of one task: equal fingerprints are the same score, computed and kept once.
create table evaluations (
    id          text collate "C" primary key,
    fingerprint text        not null unique,
    model       text        not null,
    task        text        not null,
    convention  text        not null,
    metrics     jsonb       not null, -- {name: {value, stderr}}
    items       integer     not null,
    created_at  timestamptz not null
);

-- Items in pages of a hundred, each a gzipped JSON array: a page is read without the rest, and generated text may hold
-- what jsonb cannot.
create table evaluation_items (
    evaluation text collate "C" not null references evaluations (id) on delete cascade,
    page       integer not null,
    items      bytea   not null,
    primary key (evaluation, page)
);
alter table evaluation_items alter column items set storage external;

-- Which score stands at which step of which job; step 0 is the base model.
create table job_evaluations (
    job        text collate "C" not null references jobs (id) on delete cascade,
    step       bigint           not null,
    task       text             not null,
    evaluation text collate "C" not null references evaluations (id),
    primary key (job, step, task)
);
create index job_evaluations_by_evaluation on job_evaluations (evaluation);

create table workers (
    id             text primary key,
    device         text        not null,
    memory_bytes   bigint      not null,
    threads        integer     not null,
    current_job    text,
    started_at     timestamptz not null,
    last_heartbeat timestamptz not null
);

-- db-scheduler's table, as its documentation gives it for PostgreSQL.
create table scheduled_tasks (
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
create index execution_time_idx on scheduled_tasks (execution_time);
create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
create index priority_execution_time_idx on scheduled_tasks (priority desc, execution_time asc);
