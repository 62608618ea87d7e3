-- Where models and datasets lie. A worker with a home of its own says of which it has copies, and is given jobs of those first.
alter table workers
    add column models   text[], -- null: it reads where all read
    add column datasets text[];

-- What an entry's work reads. Entries of one line read the same model.
alter table scheduled_tasks
    add column base_model text collate "C" not null default '',
    add column dataset    text collate "C";

create or replace function ask_for_a_device(entry scheduled_tasks) returns scheduled_tasks language plpgsql as $$
declare
    its       jobs;
    its_id    text := split_part(entry.task_instance, ' ', 2);
    whose     text;
    its_model text;
begin
    if entry.task_name = 'job' then
        select * into its from jobs where id = split_part(entry.task_instance, '.', 1);
        if found then
            entry.project := its.project;
            entry.device_class := coalesce(its.spec #>> '{resources,device_class}', 'any');
            entry.priority := coalesce((its.spec #>> '{resources,priority}')::smallint, 0);
            entry.labels := coalesce(its.spec #> '{resources,labels}', '{}');
            entry.accelerator_units := coalesce(its.accelerator_bytes, 0) >> 26;
            entry.processor_units := coalesce(its.processor_bytes, 0) >> 26;
            entry.base_model := its.base_model;
            entry.dataset := its.spec #>> '{dataset,train}';
        end if;
    elsif entry.task_name = 'device' then
        case split_part(entry.task_instance, ' ', 1)
            when 'scoring' then
                select project, base_model into whose, its_model from scorings where id = its_id;
            when 'spectra' then
                select decomposition.project, job.base_model into whose, its_model
                from decompositions decomposition
                join checkpoints checkpoint on checkpoint.id = decomposition.checkpoint
                join jobs job on job.id = checkpoint.job
                where decomposition.id = its_id;
            else null;
        end case;
        entry.project := coalesce(whose, entry.project);
        entry.base_model := coalesce(its_model, '');
    end if;
    return entry;
end $$;

create or replace function ask_at_first() returns trigger language plpgsql as $$
declare
    entry scheduled_tasks;
begin
    select * into entry from scheduled_tasks where task_name = new.task_name and task_instance = new.task_instance and not picked;
    if found then
        entry := ask_for_a_device(entry);
        update scheduled_tasks
        set project = entry.project, device_class = entry.device_class, labels = entry.labels, priority = entry.priority,
            accelerator_units = entry.accelerator_units, processor_units = entry.processor_units,
            base_model = entry.base_model, dataset = entry.dataset
        where task_name = new.task_name and task_instance = new.task_instance;
    end if;
    return null;
end $$;

update scheduled_tasks entry set (base_model, dataset) =
    (select asked.base_model, asked.dataset from ask_for_a_device(entry) asked);

drop index entries_in_line;
create index entries_in_line on scheduled_tasks
    (task_name, project, device_class, labels, accelerator_units, processor_units, base_model, priority desc, execution_time) where not picked;
create index entries_of_a_worker on scheduled_tasks (picked_by) where picked;

drop function heads_of_lines(timestamptz);
create function heads_of_lines(due timestamptz) returns table (
    task_name text, project text, device_class text, labels jsonb, accelerator_units integer, processor_units integer, base_model text,
    priority smallint, execution_time timestamptz, task_instance text
) language sql stable set enable_seqscan = off set enable_bitmapscan = off as $$
    with recursive lines as (
        (select task_name, project, device_class, labels, accelerator_units, processor_units, base_model from scheduled_tasks
         where not picked
         order by task_name, project, device_class, labels, accelerator_units, processor_units, base_model, priority desc, execution_time limit 1)
        union all
        select following.* from lines cross join lateral (
            select task_name, project, device_class, labels, accelerator_units, processor_units, base_model from scheduled_tasks entry
            where not picked
              and (entry.task_name, entry.project, entry.device_class, entry.labels, entry.accelerator_units, entry.processor_units, entry.base_model)
                > (lines.task_name, lines.project, lines.device_class, lines.labels, lines.accelerator_units, lines.processor_units, lines.base_model)
            order by task_name, project, device_class, labels, accelerator_units, processor_units, base_model, priority desc, execution_time limit 1
        ) following
    )
    select lines.*, head.* from lines cross join lateral (
        select priority, execution_time, task_instance from scheduled_tasks entry
        where not picked and execution_time <= due
          and entry.task_name = lines.task_name and entry.project = lines.project and entry.device_class = lines.device_class
          and entry.labels = lines.labels and entry.accelerator_units = lines.accelerator_units
          and entry.processor_units = lines.processor_units and entry.base_model = lines.base_model
        order by priority desc, execution_time limit 1
    ) head
$$;

-- How many other workers are heard of, have nothing to do, have a copy of the model and could hold what asks for this.
create function free_holders(its_name text, model text, asked_class text, asked_labels jsonb, accelerator integer, processor integer, due timestamptz)
    returns bigint language sql stable as $$
    select count(*) from workers other
    where other.id <> its_name and model = any(other.models) and other.cordoned_at is null
      and other.last_heartbeat > due - interval '30 seconds'
      and can_hold(other, asked_class, asked_labels, accelerator, processor)
      and not exists (select from scheduled_tasks where picked and picked_by = other.id)
$$;

-- As in V44, and: of one project and priority, a worker with copies of its own takes what reads them up to five minutes out of turn. What
-- another has the model of, and has nothing to do, it leaves to that one for two seconds, which is as long as that one may take to look.
create or replace function claim_entries(its_name text, due timestamptz, most integer) returns setof scheduled_tasks language plpgsql
    set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    out_of_turn    constant interval := interval '5 minutes';
    for_its_holder constant interval := interval '2 seconds';
    looked_through constant integer := 64;
    its          workers;
    line         record;
    chosen       scheduled_tasks;
    holders      bigint;
    left_to_give integer := most;
    of_this_line integer;
begin
    select * into its from workers where id = its_name and cordoned_at is null;
    if not found then
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
                return next chosen;
            end loop;
            exit when of_this_line <= 0;
        end loop;
        exit when left_to_give <= 0;
    end loop;
end $$;
