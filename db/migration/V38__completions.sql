-- Texts that models write while somebody waits. What was said goes once it is answered, the row an hour later.
create table completions (
    id           text collate "C" primary key,
    base_model   text collate "C" not null,
    checkpoint   text collate "C", -- null: the base model itself
    bf16         boolean     not null,
    texts        jsonb,      -- what is to be written: {prompts, as token ids, samples, …}; null once nobody waits
    status       text        not null check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    error        text,
    created_at   timestamptz not null,
    overdue_at   timestamptz not null, -- nobody waits any longer, whatever became of who did
    started_at   timestamptz,
    ended_at     timestamptz,
    check ((status in ('queued', 'running')) = (ended_at is null)),
    check ((status = 'failed') = (error is not null)),
    check (ended_at is not null or texts is not null)
);
create index completions_by_age on completions (created_at);
create index completions_under_way on completions (overdue_at) where status in ('queued', 'running');

-- What of the texts stands already, in its order; bytes, as a model may write characters that text cannot have.
create table completion_pieces (
    id         bigint  generated always as identity primary key,
    completion text collate "C" not null references completions (id) on delete cascade,
    choice     integer not null, -- which of the texts
    utf8       bytea   not null,
    tokens     integer not null, -- of all of the text so far
    ending     text    check (ending in ('stop', 'length')) -- null where more may follow
);
create index completion_pieces_by_completion on completion_pieces (completion, id);

-- The moves that there are, checked where nothing can go around them. Nothing of it is written twice: one that has said something is not
-- queued again.
create function refuse_illegal_completion_move() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'queued' then
            raise exception 'completion % begins as %, must begin as queued', new.id, new.status using errcode = 'check_violation';
        end if;
    elsif (old.status, new.status) not in (
            ('queued', 'running'), ('queued', 'failed'), ('queued', 'cancelled'),
            ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled'))
        or (new.status = 'queued' and exists (select from completion_pieces where completion = new.id)) then
        raise exception 'completion % is % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger completions_begin_queued before insert on completions for each row execute function refuse_illegal_completion_move();
create trigger completions_move_as_allowed before update of status on completions
    for each row when (old.status is distinct from new.status) execute function refuse_illegal_completion_move();

-- Who waits listens to completion_changed.
create function tell_of_completion() returns trigger language plpgsql as $$
begin
    perform pg_notify('completion_changed', new.id);
    return null;
end $$;
create trigger completions_tell_of_their_moves after update of status on completions
    for each row when (old.status is distinct from new.status) execute function tell_of_completion();

create function tell_of_pieces() returns trigger language plpgsql as $$
begin
    perform pg_notify('completion_changed', completion) from (select distinct completion from news) as grown;
    return null;
end $$;
create trigger pieces_are_told_of after insert on completion_pieces referencing new table as news
    for each statement execute function tell_of_pieces();
