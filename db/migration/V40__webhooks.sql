-- Where owners want to be told of what happens, what is told, and how the telling went. An event and its deliveries are written in the
-- transaction that made it happen, with an entry of the queue for each, so that none is told of what was not and none is lost.
create table webhooks (
    id               text collate "C" primary key,
    url              text        not null,
    description      text,
    events           text[]      not null check (cardinality(events) > 0),
    enabled          boolean     not null,
    disabled_reason  text,
    failing_since    timestamptz, -- since when no attempt has succeeded
    secret           bytea       not null, -- signs, so it cannot be a hash
    old_secret       bytea,       -- signs too, until then
    old_secret_until timestamptz,
    version          bigint      not null,
    created_at       timestamptz not null,
    updated_at       timestamptz not null,
    check (enabled = (disabled_reason is null)),
    check ((old_secret is null) = (old_secret_until is null))
);

-- The body is kept as it is sent and signed, byte for byte.
create table webhook_events (
    id    text collate "C" primary key,
    type  text             not null,
    cause text collate "C" not null, -- what happened, which is told once
    body  text             not null,
    at    timestamptz      not null,
    unique (cause, type)
);
create index webhook_events_by_age on webhook_events (at);

create table webhook_deliveries (
    id              text collate "C" primary key,
    webhook         text collate "C" not null references webhooks (id) on delete cascade,
    event           text collate "C" not null references webhook_events (id) on delete cascade,
    status          text        not null check (status in ('waiting', 'delivered', 'given_up')),
    reason          text,       -- why it was given up
    turn            integer     not null, -- of the queue's entry that counts; earlier ones are passed over
    tries           integer     not null, -- since it was asked for
    next_attempt_at timestamptz,
    created_at      timestamptz not null,
    check ((status = 'waiting') = (next_attempt_at is not null)),
    check ((status = 'given_up') = (reason is not null))
);
create index webhook_deliveries_by_webhook on webhook_deliveries (webhook, id desc);
create index webhook_deliveries_by_event on webhook_deliveries (event);

create table webhook_attempts (
    delivery     text collate "C" not null references webhook_deliveries (id) on delete cascade,
    number       integer     not null,
    at           timestamptz not null,
    status       integer,    -- what was answered
    error        text,       -- or why nothing was
    milliseconds bigint      not null,
    primary key (delivery, number),
    check ((status is null) <> (error is null))
);

-- db-scheduler's table once more: a slow endpoint holds up nothing but webhooks.
create table webhook_queue (
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
create index webhook_queue_by_time on webhook_queue (execution_time);
create index webhook_queue_by_heartbeat on webhook_queue (last_heartbeat);
