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
