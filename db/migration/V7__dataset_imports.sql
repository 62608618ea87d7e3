-- A dataset may be imported from a source: what is counted in its file is known once it is ready.
alter table datasets
    add column status             text not null default 'ready' check (status in ('importing', 'ready', 'failed')),
    add column error              text,
    add column errors             jsonb, -- [{pointer, detail}] of a file that was refused
    add column imported_from      jsonb, -- null for an uploaded or built-in one
    add column split              text check (split in ('blank_lines', 'lines', 'whole')),
    add column import_id          text collate "C" unique, -- null where there was no import
    add column import_attempt     integer not null default 0,
    add column import_phase       text,
    add column import_bytes_done  bigint not null default 0,
    add column import_bytes_total bigint,
    add column source_commit      text, -- of a hub's repository
    add column ready_at           timestamptz,
    alter column documents drop not null,
    alter column bytes drop not null,
    alter column sha256 drop not null;

update datasets set ready_at = created_at;

alter table datasets
    alter column status drop default,
    add check ((status = 'ready') = (documents is not null)),
    add check ((status = 'ready') = (bytes is not null)),
    add check ((status = 'ready') = (sha256 is not null)),
    add check ((status = 'ready') = (ready_at is not null)),
    add check ((status = 'failed') = (error is not null)),
    add check (errors is null or status = 'failed'),
    add check ((import_id is null) = (imported_from is null));
