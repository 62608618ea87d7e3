-- Checkpoints that were saved only because their run stopped there: they last until the next one.
alter table checkpoints add column interim boolean not null default false;
