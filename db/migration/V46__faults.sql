-- What one of its attempts died of for want of memory is not tried again on a device of that memory, and how long a job has run since
-- its owner last had it begin is held against its timeout.
alter table attempts drop constraint attempts_outcome_check;
alter table attempts add constraint attempts_outcome_check
    check (outcome in ('finished', 'failed', 'out_of_memory', 'timed_out', 'cancelled', 'paused', 'lost', 'handed_back'));
alter table jobs add column ran_millis bigint not null default 0;

-- An idle worker hears of what waits at once, also where another process put it there.
create function tell_of_waiting() returns trigger language plpgsql as $$
begin
    perform pg_notify('work_waits', 'work');
    return null;
end $$;
create trigger entries_are_told_of after insert on scheduled_tasks for each row when (not new.picked) execute function tell_of_waiting();
create trigger entries_are_told_of_again after update of picked on scheduled_tasks
    for each row when (old.picked and not new.picked) execute function tell_of_waiting();
create trigger workers_that_may_take_again after update of cordoned_at on workers
    for each row when (old.cordoned_at is not null and new.cordoned_at is null) execute function tell_of_waiting();
