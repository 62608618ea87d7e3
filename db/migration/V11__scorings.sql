-- Base models and checkpoints scored without training. Nothing of the catalog is referred to: a scoring outlives what it scored,
-- and one whose model or checkpoint went before it began says so when its turn comes.
create table scorings (
    id           text collate "C" primary key,
    base_model   text collate "C" not null,
    checkpoint   text collate "C", -- null: the base model itself
    "precision"  text        not null check ("precision" in ('fp32', 'bf16')),
    tasks        jsonb       not null, -- {tasks: [{name, limit, few_shot, exemplars, convention}]}
    status       text        not null check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    attempt      integer     not null, -- the current attempt's number; 0 before the first
    error_title  text,
    error_detail text,
    created_at   timestamptz not null,
    started_at   timestamptz,
    ended_at     timestamptz,
    check ((status in ('queued', 'running')) = (ended_at is null)),
    check ((status = 'failed') = (error_title is not null))
);
create index scorings_by_base_model on scorings (base_model) where status in ('queued', 'running');
create index scorings_by_checkpoint on scorings (checkpoint) where status in ('queued', 'running');

-- place: of the task in the scoring's list
create table scoring_evaluations (
    scoring    text collate "C" not null references scorings (id) on delete cascade,
    place      integer          not null,
    evaluation text collate "C" not null references evaluations (id),
    primary key (scoring, place)
);
create index scoring_evaluations_by_evaluation on scoring_evaluations (evaluation);

-- The moves that Scoring makes, checked once more where nothing can go around them.
create function refuse_illegal_scoring_move() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'queued' then
            raise exception 'scoring % begins as %, must begin as queued', new.id, new.status using errcode = 'check_violation';
        end if;
    elsif (old.status, new.status) not in (
            ('queued', 'running'), ('queued', 'failed'), ('queued', 'cancelled'),
            ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled')) then
        raise exception 'scoring % is % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger scorings_begin_queued before insert on scorings for each row execute function refuse_illegal_scoring_move();
create trigger scorings_move_as_allowed before update of status on scorings
    for each row when (old.status is distinct from new.status) execute function refuse_illegal_scoring_move();
