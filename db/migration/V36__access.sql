-- Who may do what, and who did. Of a key's secret only the SHA-256 is kept; ids are time-ordered, so that newest first
-- is the primary key read backwards.
create table api_keys (
    id         text collate "C" primary key,
    name       text        not null,
    scope      text        not null check (scope in ('read', 'submit', 'administer')),
    hash       bytea       not null,
    created_at timestamptz not null,
    made_by    text        not null,
    expires_at timestamptz,
    revoked_at timestamptz
);

create table audit_entries (
    id      text collate "C" primary key,
    at      timestamptz not null,
    caller  text        not null,
    name    text        not null,
    method  text        not null,
    path    text        not null,
    status  integer     not null,
    made    text, -- the Location of what was made
    request text, -- the request's id
    address text        not null
);

create index audit_entries_by_caller on audit_entries (caller, id);
