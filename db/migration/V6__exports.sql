-- Checkpoints made into what other tools take. Nothing is referred to: an export outlives the checkpoint and the job it
-- was made of, and one whose checkpoint went before it began says so when its turn comes.
create table exports (
    id                       text collate "C" primary key,
    checkpoint               text collate "C" not null,
    base_model               text collate "C" not null,
    form                     text        not null check (form in ('merged', 'gguf_f16', 'gguf_q8_0')),
    status                   text        not null check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    attempt                  integer     not null, -- the current attempt's number; 0 before the first
    largest_logit_difference double precision,
    files                    jsonb       not null, -- [{path, bytes, sha256}], below exports/{id} of the home
    error_title              text,
    error_detail             text,
    created_at               timestamptz not null,
    started_at               timestamptz,
    ended_at                 timestamptz,
    check ((status in ('queued', 'running')) = (ended_at is null)),
    check ((status = 'succeeded') = (largest_logit_difference is not null)),
    check ((status = 'succeeded') = (jsonb_array_length(files) > 0)),
    check ((status = 'failed') = (error_title is not null))
);
create index exports_by_checkpoint on exports (checkpoint, id desc);
create index exports_by_base_model on exports (base_model) where status in ('queued', 'running');
-- equal exports are made once
create unique index exports_standing on exports (checkpoint, form) where status in ('queued', 'running', 'succeeded');

-- The moves that Export makes, checked once more where nothing can go around them.
create function refuse_illegal_export_move() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'queued' then
            raise exception 'export % begins as %, must begin as queued', new.id, new.status using errcode = 'check_violation';
        end if;
    elsif (old.status, new.status) not in (
            ('queued', 'running'), ('queued', 'failed'), ('queued', 'cancelled'),
            ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled')) then
        raise exception 'export % is % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger exports_begin_queued before insert on exports for each row execute function refuse_illegal_export_move();
create trigger exports_move_as_allowed before update of status on exports
    for each row when (old.status is distinct from new.status) execute function refuse_illegal_export_move();

-- db-scheduler's table once more: exports neither wait behind jobs nor count as waiting jobs.
create table export_queue (
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
create index export_queue_by_time on export_queue (execution_time);
create index export_queue_by_heartbeat on export_queue (last_heartbeat);
