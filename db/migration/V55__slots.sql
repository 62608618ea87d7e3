-- Several jobs at a time on one device: as many as a worker has slots, where what they were planned to need fits its memory together.
alter table workers
    add column slots        integer not null default 1 check (slots > 0),
    add column current_jobs text[]; -- null: of an earlier version, which runs one

-- In the same 64 MiB. What nobody planned the memory of has the device for itself, and so has what is no job.
create function takes(its workers, accelerator integer, processor integer) returns integer language sql immutable as $$
    select case when asked = 0 then (its.memory_bytes >> 26)::integer else asked + 1 end
    from (select case its.device when 'cpu' then processor else accelerator end as asked) entry
$$;

create function room_left(its workers) returns integer language sql stable as $$
    select (its.memory_bytes >> 26)::integer - coalesce(sum(takes(its, accelerator_units, processor_units)), 0)::integer
    from scheduled_tasks where picked and picked_by = its.id
$$;

create function free_slots(its workers) returns integer language sql stable as $$
    select its.slots - count(*)::integer from scheduled_tasks where picked and picked_by = its.id
$$;

-- At this moment; what can be held at all, an idle worker has room for.
create function has_room_for(its workers, asked_class text, asked_labels jsonb, accelerator integer, processor integer) returns boolean
    language sql stable as $$
    select can_hold(its, asked_class, asked_labels, accelerator, processor)
       and (free_slots(its) = its.slots or free_slots(its) > 0 and takes(its, accelerator, processor) <= room_left(its))
$$;

-- How many other workers are heard of, have room, have a copy of the model and could hold what asks for this.
create function free_holders(its_name text, model text, asked_class text, asked_labels jsonb, accelerator integer, processor integer, due timestamptz)
    returns bigint language sql stable as $$
    select count(*) from workers other
    where other.id <> its_name and model = any(other.models) and other.cordoned_at is null
      and other.last_heartbeat > due - interval '30 seconds'
      and has_room_for(other, asked_class, asked_labels, accelerator, processor)
$$;

-- Whether no other worker that is heard of and could hold what asks for this has more room left.
create function is_roomiest(its workers, asked_class text, asked_labels jsonb, accelerator integer, processor integer, due timestamptz)
    returns boolean language sql stable as $$
    select not exists (
        select from workers other
        where other.id <> its.id and other.cordoned_at is null and other.last_heartbeat > due - interval '30 seconds'
          and can_hold(other, asked_class, asked_labels, accelerator, processor)
          and (room_left(other), other.id) > (room_left(its), its.id))
$$;

-- As in V44, and: of one project and priority, a worker with copies of its own takes what reads them up to five minutes out of turn. What
-- another has the model of, and has room for, it leaves to that one for two seconds, which is as long as that one may take to look. All within
-- the room that is left: what has to wait for more of it is overtaken by nothing of a lower priority, and for a minute by what is its equal;
-- then the worker with the most room takes nothing else until that is enough.
create or replace function claim_entries(its_name text, due timestamptz, most integer) returns setof scheduled_tasks language plpgsql
    set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    out_of_turn    constant interval := interval '5 minutes';
    for_its_holder constant interval := interval '2 seconds';
    looked_through constant integer := 64;
    for_room       constant interval := interval '1 minute';
    its          workers;
    line         record;
    chosen       scheduled_tasks;
    holders      bigint;
    room         integer;
    needed       integer;
    idle         boolean;
    waits        smallint; -- the priority of what waits for room
    left_to_give integer;
    of_this_line integer;
begin
    select * into its from workers where id = its_name and cordoned_at is null;
    if not found then
        return;
    end if;
    left_to_give := least(most, free_slots(its));
    room := room_left(its);
    idle := free_slots(its) = its.slots;
    if left_to_give <= 0 then
        return;
    end if;
    for line in
        with had as (
            select project, sum(seconds) as seconds from (
                select project, seconds * power(0.5, (now() at time zone 'UTC')::date - day) as seconds from device_use
                where day > (now() at time zone 'UTC')::date - 14
                union all
                select project, seconds_of_a_turn(picked_at) from scheduled_tasks where picked
            ) turns
            group by project
        )
        select head.*, head.task_name = 'job' and projects.most_running_jobs is not null as bounded,
            its.models is null or head.base_model = '' or head.base_model = any(its.models) as here
        from heads_of_lines(due) head
        join projects on projects.id = head.project
        left join had on had.project = head.project
        where can_hold(its, head.device_class, head.labels, head.accelerator_units, head.processor_units)
        order by head.priority desc, coalesce(had.seconds, 0) / projects.weight,
            head.execution_time - case when head.base_model = any(its.models) then out_of_turn else interval '0' end
    loop
        exit when line.priority < waits;
        if not line.here and line.execution_time > due - for_its_holder then
            holders := free_holders(its_name, line.base_model, line.device_class, line.labels, line.accelerator_units, line.processor_units, due);
            continue when holders > 0 and holders >= (
                select count(*) from (
                    select from scheduled_tasks entry
                    where not picked and execution_time <= due
                      and entry.task_name = line.task_name and entry.project = line.project and entry.device_class = line.device_class
                      and entry.labels = line.labels and entry.accelerator_units = line.accelerator_units
                      and entry.processor_units = line.processor_units and entry.base_model = line.base_model
                    limit holders + 1) waiting);
        end if;
        of_this_line := left_to_give;
        if line.bounded then
            perform pg_advisory_xact_lock(hashtext('palimpsest.most_running_jobs'));
            continue when not has_room_for_a_job(line.project);
            of_this_line := 1;
        end if;
        needed := takes(its, line.accelerator_units, line.processor_units);
        if needed > room and not idle then
            exit when line.execution_time < due - for_room
                and is_roomiest(its, line.device_class, line.labels, line.accelerator_units, line.processor_units, due);
            waits := coalesce(waits, line.priority);
            continue;
        end if;
        of_this_line := least(of_this_line, greatest(room / greatest(needed, 1), 1));
        for pass in case when its.datasets is null then 2 else 1 end .. 2 loop -- what reads a dataset that lies here too, then the others
            for chosen in
                select * from scheduled_tasks entry
                where not picked and execution_time <= due
                  and entry.task_name = line.task_name and entry.project = line.project and entry.device_class = line.device_class
                  and entry.labels = line.labels and entry.accelerator_units = line.accelerator_units
                  and entry.processor_units = line.processor_units and entry.base_model = line.base_model
                  and (pass = 2 or (entry.task_name, entry.task_instance) in (
                      select early.task_name, early.task_instance from (
                          select * from scheduled_tasks first
                          where not picked and execution_time <= due
                            and first.task_name = line.task_name and first.project = line.project and first.device_class = line.device_class
                            and first.labels = line.labels and first.accelerator_units = line.accelerator_units
                            and first.processor_units = line.processor_units and first.base_model = line.base_model
                          order by priority desc, execution_time limit looked_through) early
                      where early.dataset = any(its.datasets) and early.priority = line.priority
                        and early.execution_time < line.execution_time + out_of_turn))
                order by priority desc, execution_time limit of_this_line for update skip locked
            loop
                update scheduled_tasks
                set picked = true, picked_by = its_name, last_heartbeat = due, version = version + 1
                where task_name = chosen.task_name and task_instance = chosen.task_instance
                returning * into chosen;
                left_to_give := left_to_give - 1;
                of_this_line := of_this_line - 1;
                room := room - needed;
                idle := false;
                return next chosen;
            end loop;
            exit when of_this_line <= 0;
        end loop;
        exit when left_to_give <= 0;
    end loop;
end $$;

-- As in V45: on a worker of several jobs as many of the lowest priority make way as the room asks for; of several workers the one where that
-- disturbs the least does.
create or replace function make_way(heard timestamptz) returns integer language plpgsql set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    head  record;
    asked integer := 0;
    found_here integer;
    spare workers[];
begin
    if not pg_try_advisory_xact_lock(hashtext('palimpsest.make_way')) then
        return 0;
    end if;
    spare := array(
        select w from workers w where w.cordoned_at is null and w.last_heartbeat >= heard and free_slots(w) > 0);
    for head in
        select split_part(waiting.task_instance, '.', 1) as job, waiting.* from heads_of_lines(now()) waiting
        where waiting.task_name = 'job'
          and waiting.priority > (select min(priority) from scheduled_tasks where picked and task_name = 'job')
          and has_room_for_a_job(waiting.project)
        order by waiting.priority desc, waiting.execution_time
    loop
        continue when exists (select from jobs where yields_to = head.job and status = 'running');
        continue when exists (
            select from unnest(spare) w
            where has_room_for(w, head.device_class, head.labels, head.accelerator_units, head.processor_units));
        with lower as (
            select w.id as worker, job.id as job, entry.priority, entry.picked_at,
                row_number() over making_way as jobs,
                room_left(w) + sum(takes(w, entry.accelerator_units, entry.processor_units)) over making_way as room,
                takes(w, head.accelerator_units, head.processor_units) as needed,
                w.slots - free_slots(w) as running
            from scheduled_tasks entry
            join workers w on w.id = entry.picked_by
            join jobs job on job.id = split_part(entry.task_instance, '.', 1)
            where entry.picked and entry.task_name = 'job' and entry.priority < head.priority
              and w.cordoned_at is null and w.last_heartbeat >= heard
              and can_hold(w, head.device_class, head.labels, head.accelerator_units, head.processor_units)
              and job.status = 'running' and job.yields is null
              and job.pause_requested_at is null and job.cancel_requested_at is null
              and not exists ( -- what has ended there, or not begun, leaves room that is not seen yet
                  select from scheduled_tasks other
                  join jobs its on its.id = split_part(other.task_instance, '.', 1)
                  where other.picked and other.picked_by = w.id and other.task_name = 'job' and its.status <> 'running')
            window making_way as (partition by w.id order by entry.priority, entry.picked_at desc rows unbounded preceding)
        ), enough as (
            select * from lower where room >= needed or jobs = running
            order by priority, jobs, picked_at desc limit 1
        )
        update jobs
        set yields = format('job %s of priority %s waits for a worker like this one', head.job, head.priority), yields_to = head.job
        where id in (select lower.job from lower join enough on enough.worker = lower.worker and lower.jobs <= enough.jobs)
          and status = 'running' and yields is null;
        get diagnostics found_here = row_count;
        asked := asked + found_here;
    end loop;
    return asked;
end $$;
