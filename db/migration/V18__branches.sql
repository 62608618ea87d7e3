-- A branch goes on from a checkpoint of its trunk, a job of the same experiment. While that has not succeeded the branch
-- is queued and waits: it has no entry in the queue until then.
alter table jobs add column trunk text collate "C" references jobs (id);
create index jobs_by_trunk on jobs (trunk) where trunk is not null;

-- Kept with all that is needed to go on from it, however many come after.
alter table checkpoints add column whole boolean not null default false;

-- Budgets by which each cell of a sweep becomes several jobs; then the grid may be left out.
alter table sweeps add column ladder jsonb;
alter table sweeps alter column grid drop not null;
