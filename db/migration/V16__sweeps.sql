-- Jobs made together from one template. The grid is json, which keeps the order of its keys: that is the order of the cells.
create table sweeps (
    id         text collate "C" primary key,
    experiment text collate "C" not null references experiments (id) on delete cascade,
    name       text,
    template   jsonb       not null,
    grid       json        not null,
    created_at timestamptz not null
);
create index sweeps_by_experiment on sweeps (experiment, id desc);

-- cell: its place in the product of the grid's lists, from 0
alter table jobs add column sweep text collate "C" references sweeps (id);
alter table jobs add column cell integer;
alter table jobs add constraint jobs_cell_of_sweep check ((sweep is null) = (cell is null));
create unique index jobs_by_cell on jobs (sweep, cell) where sweep is not null;
create index jobs_by_sweep on jobs (sweep, id desc) where sweep is not null;

-- Whether the run has ever lost its way; so far only what it said of that tells.
alter table jobs add column diverged boolean not null default false;
update jobs set diverged = true
    where error_title like '% at step % with learning rate %' or array_to_string(warnings, ' ') like '%; went back to step %';
