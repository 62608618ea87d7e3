-- What a guard of the spec did last: its bound, the step, the numbers, the run's result.
alter table jobs add column guarded jsonb;
