-- The pool: what workers' devices are, what entries of the queue ask of them, and which entry a worker gets next.
alter table workers
    add column device_class text,
    add column engine       text,
    add column labels       jsonb not null default '{}',
    add column cordoned_at  timestamptz, -- it takes nothing new
    add column drained_at   timestamptz; -- and hands over what it runs
create function be_of_a_class() returns trigger language plpgsql as $$
begin
    new.device_class := split_part(new.device, ':', 1);
    return new;
end $$;
create trigger workers_have_a_class before insert or update on workers
    for each row when (new.device_class is null) execute function be_of_a_class(); -- a worker of an earlier version says none
update workers set device_class = null;
alter table workers alter column device_class set not null;

-- The bytes that a job's trainer needs, by the plan of its submission: on an accelerator, and where the device is the processor.
alter table jobs add column accelerator_bytes bigint, add column processor_bytes bigint;

-- Of two projects that both wait, one of twice the weight gets twice the devices' time. A quota that is null is none.
alter table projects
    add column weight              double precision not null default 1 check (weight > 0 and weight < 'infinity'),
    add column most_running_jobs   integer check (most_running_jobs >= 0),
    add column most_device_seconds bigint  check (most_device_seconds >= 0), -- within 30 days
    add column most_storage_bytes  bigint  check (most_storage_bytes >= 0),
    add column version             bigint not null default 0;

-- The seconds for which a project's entries had devices, by days of UTC.
create table device_use (
    project text collate "C" not null references projects,
    day     date             not null,
    seconds double precision not null,
    primary key (project, day)
);

-- What an entry asks for is its job's; db-scheduler's own columns stay as they are. Memory is counted in 64 MiB, so that jobs that hardly
-- differ stand in one line.
alter table scheduled_tasks
    add column project           text collate "C" not null default own_project(),
    add column device_class      text     not null default 'any',
    add column labels            jsonb    not null default '{}',
    add column accelerator_units integer  not null default 0,
    add column processor_units   integer  not null default 0,
    add column picked_at         timestamptz;
update scheduled_tasks set priority = 0;
alter table scheduled_tasks alter column priority set default 0, alter column priority set not null;

create function ask_for_a_device(entry scheduled_tasks) returns scheduled_tasks language plpgsql as $$
declare
    its jobs;
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
        end if;
    elsif entry.task_name = 'device' then
        entry.project := coalesce(
            case split_part(entry.task_instance, ' ', 1)
                when 'scoring' then (select project from scorings where id = split_part(entry.task_instance, ' ', 2))
                when 'spectra' then (select project from decompositions where id = split_part(entry.task_instance, ' ', 2))
            end,
            entry.project);
    end if;
    return entry;
end $$;

-- A turn counts as ten seconds at least, which is what starting for it takes.
create function seconds_of_a_turn(since timestamptz) returns double precision language sql stable
    as $$ select greatest(extract(epoch from clock_timestamp() - since), 10)::double precision $$;

create function count_device_use(entry scheduled_tasks) returns void language sql as $$
    insert into device_use (project, day, seconds)
    values (entry.project, (clock_timestamp() at time zone 'UTC')::date, seconds_of_a_turn(coalesce(entry.picked_at, clock_timestamp())))
    on conflict (project, day) do update set seconds = device_use.seconds + excluded.seconds
$$;

create function keep_entry() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform count_device_use(old);
        return old;
    end if;
    if new.picked then
        new.picked_at := clock_timestamp();
        return new;
    end if;
    perform count_device_use(old);
    new.picked_at := null;
    return ask_for_a_device(new);
end $$;
create trigger entries_are_picked before update of picked on scheduled_tasks
    for each row when (old.picked <> new.picked) execute function keep_entry();
-- At the commit, as the row that an entry stands for may be written after it.
create function ask_at_first() returns trigger language plpgsql as $$
declare
    entry scheduled_tasks;
begin
    select * into entry from scheduled_tasks where task_name = new.task_name and task_instance = new.task_instance and not picked;
    if found then
        entry := ask_for_a_device(entry);
        update scheduled_tasks
        set project = entry.project, device_class = entry.device_class, labels = entry.labels, priority = entry.priority,
            accelerator_units = entry.accelerator_units, processor_units = entry.processor_units
        where task_name = new.task_name and task_instance = new.task_instance;
    end if;
    return null;
end $$;
create constraint trigger entries_ask after insert on scheduled_tasks deferrable initially deferred
    for each row when (not new.picked) execute function ask_at_first();
create trigger entries_end after delete on scheduled_tasks for each row when (old.picked) execute function keep_entry();

update scheduled_tasks entry set (project, device_class, labels, accelerator_units, processor_units) =
    (select asked.project, asked.device_class, asked.labels, asked.accelerator_units, asked.processor_units
     from ask_for_a_device(entry) asked);

-- A line is made of the entries that ask for the same; its head is the next of it, by priority and age.
drop index priority_execution_time_idx;
create index entries_in_line on scheduled_tasks
    (task_name, project, device_class, labels, accelerator_units, processor_units, priority desc, execution_time) where not picked;
create index entries_under_way on scheduled_tasks (project, task_name, picked_at) where picked;

-- What a project's checkpoints and exports take is asked at each submission.
create function bytes_of(files jsonb) returns bigint language sql immutable
    as $$ select coalesce(sum((file ->> 'bytes')::bigint), 0)::bigint from jsonb_array_elements(files) file $$;
alter table checkpoints add column bytes bigint generated always as (bytes_of(files)) stored;
alter table exports add column bytes bigint generated always as (bytes_of(files)) stored;
create index checkpoints_by_project on checkpoints (project) include (bytes) where present;

-- The first entry of each line that is due. Lines are looked at, not what waits in them: each is one step through the index.
create function heads_of_lines(due timestamptz) returns table (
    task_name text, project text, device_class text, labels jsonb, accelerator_units integer, processor_units integer,
    priority smallint, execution_time timestamptz, task_instance text
) language sql stable set enable_seqscan = off set enable_bitmapscan = off as $$
    with recursive lines as (
        (select task_name, project, device_class, labels, accelerator_units, processor_units from scheduled_tasks
         where not picked
         order by task_name, project, device_class, labels, accelerator_units, processor_units, priority desc, execution_time limit 1)
        union all
        select following.* from lines cross join lateral (
            select task_name, project, device_class, labels, accelerator_units, processor_units from scheduled_tasks entry
            where not picked
              and (entry.task_name, entry.project, entry.device_class, entry.labels, entry.accelerator_units, entry.processor_units)
                > (lines.task_name, lines.project, lines.device_class, lines.labels, lines.accelerator_units, lines.processor_units)
            order by task_name, project, device_class, labels, accelerator_units, processor_units, priority desc, execution_time limit 1
        ) following
    )
    select lines.*, head.* from lines cross join lateral (
        select priority, execution_time, task_instance from scheduled_tasks entry
        where not picked and execution_time <= due
          and entry.task_name = lines.task_name and entry.project = lines.project and entry.device_class = lines.device_class
          and entry.labels = lines.labels and entry.accelerator_units = lines.accelerator_units
          and entry.processor_units = lines.processor_units
        order by priority desc, execution_time limit 1
    ) head
$$;

create function can_hold(its workers, asked_class text, asked_labels jsonb, accelerator integer, processor integer) returns boolean
    language sql immutable as $$
    select asked_class in ('any', its.device_class, split_part(its.device, ':', 1))
       and its.labels @> asked_labels
       and case its.device when 'cpu' then processor else accelerator end <= its.memory_bytes >> 26
$$;

create function has_room_for_a_job(its_project text) returns boolean language sql stable as $$
    select most_running_jobs is null
        or most_running_jobs > (select count(*) from scheduled_tasks where picked and task_name = 'job' and project = its_project)
    from projects where id = its_project
$$;

-- Gives a worker the entries that are next of those that it can hold: by priority, then to the project that has had least of the devices
-- for its weight, then by age. What a project has had counts half for each day that it is ago. An entry that another worker takes
-- at this moment is passed over, and so is a project that runs as many jobs as it may: such a project's jobs are given out one after
-- another, as two workers that count at once would both find room for one.
create function claim_entries(its_name text, due timestamptz, most integer) returns setof scheduled_tasks language plpgsql
    set enable_seqscan = off set enable_bitmapscan = off as $$
declare
    its    workers;
    line   record;
    chosen scheduled_tasks;
    left_to_give integer := most;
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
        select head.*, head.task_name = 'job' and projects.most_running_jobs is not null as bounded
        from heads_of_lines(due) head
        join projects on projects.id = head.project
        left join had on had.project = head.project
        where can_hold(its, head.device_class, head.labels, head.accelerator_units, head.processor_units)
        order by head.priority desc, coalesce(had.seconds, 0) / projects.weight, head.execution_time
    loop
        if line.bounded then
            perform pg_advisory_xact_lock(hashtext('palimpsest.most_running_jobs'));
            continue when not has_room_for_a_job(line.project);
        end if;
        for chosen in
            select * from scheduled_tasks entry
            where not picked and execution_time <= due
              and entry.task_name = line.task_name and entry.project = line.project and entry.device_class = line.device_class
              and entry.labels = line.labels and entry.accelerator_units = line.accelerator_units
              and entry.processor_units = line.processor_units
            order by priority desc, execution_time limit case when line.bounded then 1 else left_to_give end for update skip locked
        loop
            update scheduled_tasks
            set picked = true, picked_by = its_name, last_heartbeat = due, version = version + 1
            where task_name = chosen.task_name and task_instance = chosen.task_instance
            returning * into chosen;
            left_to_give := left_to_give - 1;
            return next chosen;
        end loop;
        exit when left_to_give <= 0;
    end loop;
end $$;
