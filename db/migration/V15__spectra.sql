-- Checkpoints compared with their base models, matrix by matrix; each goes with its checkpoint, which stays as long as it is asked for.
create table decompositions (
    id            text collate "C" primary key,
    checkpoint    text collate "C" not null unique references checkpoints (id) on delete cascade,
    intruders     boolean     not null, -- whether the spectra of W and W' and intruder dimensions were asked for too
    status        text        not null check (status in ('queued', 'running', 'succeeded', 'failed')),
    attempt       integer     not null, -- the current attempt's number; 0 before the first
    fingerprint   text,                 -- of both models' contents and the engine: equal ones have equal matrices
    summary       jsonb,                -- over all matrices, once it has succeeded
    heat_map      jsonb,                -- {module: [rank at 90 % by layer]}
    error_title   text,
    error_detail  text,
    created_at    timestamptz not null,
    started_at    timestamptz,
    ended_at      timestamptz,
    check ((status in ('queued', 'running')) = (ended_at is null)),
    check ((status = 'failed') = (error_title is not null)),
    check ((status = 'succeeded') = (summary is not null and heat_map is not null))
);
create index decompositions_by_fingerprint on decompositions (fingerprint);

-- place: in the order of the forward pass
create table decomposed_matrices (
    decomposition text collate "C" not null references decompositions (id) on delete cascade,
    place         integer          not null,
    path          text             not null, -- model.layers.0.mlp.up_proj
    measures      jsonb            not null, -- what is answered without the values
    change        real[]           not null, -- singular values of W' - W, descending; the rest is zero
    base          real[],
    finetuned     real[],
    primary key (decomposition, place)
);

-- The moves that Decomposition makes, checked once more where nothing can go around them.
create function refuse_illegal_decomposition_move() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'queued' then
            raise exception 'decomposition % begins as %, must begin as queued', new.id, new.status using errcode = 'check_violation';
        end if;
    elsif (old.status, new.status) not in (
            ('queued', 'running'), ('queued', 'failed'), ('running', 'queued'), ('running', 'succeeded'), ('running', 'failed')) then
        raise exception 'decomposition % is % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger decompositions_begin_queued before insert on decompositions for each row execute function refuse_illegal_decomposition_move();
create trigger decompositions_move_as_allowed before update of status on decompositions
    for each row when (old.status is distinct from new.status) execute function refuse_illegal_decomposition_move();

-- All device work is of one name in the queue; its kind stands before its id.
update scheduled_tasks set task_name = 'device', task_instance = 'scoring ' || task_instance where task_name = 'scoring';
