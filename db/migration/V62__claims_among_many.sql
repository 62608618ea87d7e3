-- A claim took 56 ms of a processor longer with 5,000 jobs under way and 300 lines than with none. What projects' turns have taken was summed
-- anew for each line; by clock_timestamp(), which is volatile, it could not be computed within the query. And of two indexes that both leave
-- out what waits, the one by project was read from end to end for what a worker runs, as PostgreSQL, which counts a table's rows again when
-- a tenth of them are others, thought that nothing ran.
create or replace function seconds_of_a_turn(since timestamptz) returns double precision language sql stable
    as $$ select greatest(extract(epoch from statement_timestamp() - since)::double precision, 10) $$;

drop index entries_of_a_worker;
create index entries_of_a_worker on scheduled_tasks (picked_by) where picked_by is not null;

create or replace function room_left(its workers) returns integer language sql stable as $$
    select (its.memory_bytes >> 26)::integer - coalesce(sum(takes(its, accelerator_units, processor_units)), 0)::integer
    from scheduled_tasks where picked_by = its.id
$$;

create or replace function free_slots(its workers) returns integer language sql stable as $$
    select its.slots - count(*)::integer from scheduled_tasks where picked_by = its.id
$$;

-- As in V55, but that turns are summed once.
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
        with had as materialized (
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
