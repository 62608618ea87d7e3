-- A job's owner may pause it: the wish, until the trainer has saved its last step and ended, and that end.
alter table jobs add column pause_requested_at timestamptz;
alter table attempts drop constraint attempts_outcome_check;
alter table attempts add constraint attempts_outcome_check
    check (outcome in ('finished', 'failed', 'cancelled', 'paused', 'lost', 'handed_back'));
