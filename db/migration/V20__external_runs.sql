-- Jobs whose training happens elsewhere: their owner moves them, so they run from the start, and no worker takes them.
update jobs set spec = spec || '{"executor": "palimpsest"}' where not spec ? 'executor';

create function refuse_illegal_external_move() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.status <> 'running' then
            raise exception 'job % begins as %, must begin as running', new.id, new.status using errcode = 'check_violation';
        end if;
    elsif (old.status, new.status) not in (('running', 'succeeded'), ('running', 'failed'), ('running', 'cancelled')) then
        raise exception 'job % is % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
    end if;
    return new;
end $$;
drop trigger jobs_begin_queued on jobs;
drop trigger jobs_move_as_allowed on jobs;
create trigger jobs_begin_queued before insert on jobs
    for each row when (new.spec ->> 'executor' is distinct from 'external') execute function refuse_illegal_move();
create trigger jobs_move_as_allowed before update of status on jobs
    for each row when (old.status is distinct from new.status and old.spec ->> 'executor' is distinct from 'external')
    execute function refuse_illegal_move();
create trigger external_jobs_begin_running before insert on jobs
    for each row when (new.spec ->> 'executor' = 'external') execute function refuse_illegal_external_move();
create trigger external_jobs_move_as_allowed before update of status on jobs
    for each row when (old.status is distinct from new.status and old.spec ->> 'executor' = 'external')
    execute function refuse_illegal_external_move();

-- A step whose scores were measured elsewhere has its place in the run without weights.
alter table checkpoints add column present boolean not null default true;

alter table evaluations add column measured text not null default 'here' check (measured in ('here', 'external'));
create index evaluations_measured_elsewhere on evaluations (id) where measured = 'external';
