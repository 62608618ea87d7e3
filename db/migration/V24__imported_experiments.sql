-- Experiments that came as an archive, with their jobs: records of what ended elsewhere, which no worker takes and nobody
-- moves. origin: the id that it had there.
alter table experiments add column origin text;
alter table jobs add column origin text;
alter table decompositions add column imported boolean not null default false;

create function refuse_illegal_record() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' then
        raise exception 'job % was imported as % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    elsif new.status not in ('succeeded', 'failed', 'cancelled') then
        raise exception 'job % is imported as %, but a record has ended', new.id, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
drop trigger jobs_begin_queued on jobs;
drop trigger external_jobs_begin_running on jobs;
create trigger jobs_begin_queued before insert on jobs
    for each row when (new.origin is null and new.spec ->> 'executor' is distinct from 'external')
    execute function refuse_illegal_move();
create trigger external_jobs_begin_running before insert on jobs
    for each row when (new.origin is null and new.spec ->> 'executor' = 'external')
    execute function refuse_illegal_external_move();
create trigger imported_jobs_have_ended before insert on jobs
    for each row when (new.origin is not null) execute function refuse_illegal_record();
create trigger imported_jobs_stay before update of status on jobs
    for each row when (old.origin is not null and old.status is distinct from new.status)
    execute function refuse_illegal_record();
drop trigger decompositions_begin_queued on decompositions;
create trigger decompositions_begin_queued before insert on decompositions
    for each row when (not new.imported) execute function refuse_illegal_decomposition_move();

-- A base model that is not registered here is named with a part of its sum, name@0123456789ab, which no model's name
-- can be: what it was used for can be read, and nothing is computed with another model of that name.
alter table experiments
    drop constraint experiments_base_model_fkey,
    add column registered_model text collate "C"
        generated always as (case when position('@' in base_model) = 0 then base_model end) stored
        references base_models (name);
alter table jobs
    drop constraint jobs_base_model_fkey,
    add column registered_model text collate "C"
        generated always as (case when position('@' in base_model) = 0 then base_model end) stored
        references base_models (name);
create index experiments_by_registered_model on experiments (registered_model);
create index jobs_by_registered_model on jobs (registered_model);
