-- A worker whose disk is full is given nothing until there is room, and what its disk had no room for is tried again.
alter table workers add column disk_full boolean not null default false;
alter table attempts drop constraint attempts_outcome_check;
alter table attempts add constraint attempts_outcome_check
    check (outcome in ('finished', 'failed', 'out_of_memory', 'disk_full', 'timed_out', 'cancelled', 'paused', 'lost', 'handed_back'));

create or replace function can_hold(its workers, asked_class text, asked_labels jsonb, accelerator integer, processor integer) returns boolean
    language sql immutable as $$
    select asked_class in ('any', its.device_class, split_part(its.device, ':', 1))
       and its.labels @> asked_labels
       and case its.device when 'cpu' then processor else accelerator end <= its.memory_bytes >> 26
       and not its.disk_full
$$;
