-- What was answered to a request that has an Idempotency-Key; written in the transaction that did what was asked.
create table idempotent_answers (
    caller     text collate "C" not null,
    key        text collate "C" not null,
    request    bytea       not null, -- SHA-256 of the path and the body
    at         timestamptz not null,
    status     integer,
    headers    jsonb,
    body       bytea,
    primary key (caller, key)
);

create index idempotent_answers_by_age on idempotent_answers (at);
