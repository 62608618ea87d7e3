-- An import is a task that one process claims; the row says how far it is.
alter table base_models
    add column import_id          text collate "C" unique, -- null for a built-in one
    add column import_attempt     integer not null default 0,
    add column import_phase       text,
    add column import_bytes_done  bigint not null default 0,
    add column import_bytes_total bigint,
    add column source_commit      text; -- of a hub's repository
drop index base_models_created_at_idx; -- found imports that nobody was at

-- db-scheduler's table once more: downloads neither wait behind jobs nor count as waiting jobs.
create table import_queue (
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
create index import_queue_by_time on import_queue (execution_time);
create index import_queue_by_heartbeat on import_queue (last_heartbeat);

-- imports that were under way when the service was replaced
update base_models set import_id = 'imp_' || gen_random_uuid(), import_phase = 'waiting' where status = 'importing';
insert into import_queue (task_name, task_instance, execution_time, picked, version)
    select 'import', import_id, created_at, false, 1 from base_models where status = 'importing';
