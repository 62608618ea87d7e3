-- A running job is asked to make way: for one of a higher priority, or because its worker is drained. The wish, until its trainer has
-- saved its last step and ended; then it waits again.
alter table jobs add column yields text, add column yields_to text collate "C";

create function tell_of_yielding() returns trigger language plpgsql as $$
begin
    perform tell_of_job(new.id, 'yield_requested', jsonb_build_object('reason', new.yields, 'to', new.yields_to));
    return null;
end $$;
create trigger jobs_tell_of_yielding after update of yields on jobs
    for each row when (old.yields is null and new.yields is not null) execute function tell_of_yielding();

create index jobs_that_yield on jobs (yields_to) where yields_to is not null;

-- For the first of each line for which no free worker is there, the running job of the lowest priority, below its own, that runs
-- on a worker that could hold it: of several the one that began last. One at a time looks, and for a job that waits one makes way.
create function make_way(heard timestamptz) returns integer language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    head  record;
    asked integer := 0;
    idle  workers[];
begin
    if not pg_try_advisory_xact_lock(hashtext('palimpsest.make_way')) then
        return 0;
    end if;
    idle := array(
        select w from workers w
        where w.cordoned_at is null and w.last_heartbeat >= heard
          and not exists (select from scheduled_tasks where picked and picked_by = w.id));
    for head in
        select split_part(waiting.task_instance, '.', 1) as job, waiting.* from heads_of_lines(now()) waiting
        where waiting.task_name = 'job'
          and waiting.priority > (select min(priority) from scheduled_tasks where picked and task_name = 'job')
          and has_room_for_a_job(waiting.project)
        order by waiting.priority desc, waiting.execution_time
    loop
        continue when exists (select from jobs where yields_to = head.job and status = 'running');
        continue when exists (
            select from unnest(idle) w
            where can_hold(w, head.device_class, head.labels, head.accelerator_units, head.processor_units));
        update jobs
        set yields = format('job %s of priority %s waits for a worker like this one', head.job, head.priority), yields_to = head.job
        where id = (
            select job.id
            from scheduled_tasks entry
            join workers w on w.id = entry.picked_by
            join jobs job on job.id = split_part(entry.task_instance, '.', 1)
            where entry.picked and entry.task_name = 'job' and entry.priority < head.priority
              and w.cordoned_at is null and w.last_heartbeat >= heard
              and can_hold(w, head.device_class, head.labels, head.accelerator_units, head.processor_units)
              and job.status = 'running' and job.yields is null
              and job.pause_requested_at is null and job.cancel_requested_at is null
            order by entry.priority, entry.picked_at desc limit 1 for no key update of job)
          and status = 'running' and yields is null;
        if found then
            asked := asked + 1;
        end if;
    end loop;
    return asked;
end $$;
