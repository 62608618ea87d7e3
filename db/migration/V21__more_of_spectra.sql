-- Exports whose intruder dimensions are scaled down are other exports of the same form.
alter table exports
    add column reduction         jsonb, -- {top, epsilon, scale}; null: intruders are left as they are
    add column reduced_intruders integer, -- how many were found
    drop constraint exports_form_check,
    add check (form in ('merged', 'adapter', 'gguf_f16', 'gguf_q8_0'));
drop index exports_standing;
create unique index exports_standing on exports (checkpoint, form, reduction) nulls not distinct
    where status in ('queued', 'running', 'succeeded');

-- Scorings of a checkpoint whose change is cut down to a rank.
alter table scorings
    add column truncation jsonb, -- {rank, rest}; null: the checkpoint as it is
    add column kept       jsonb, -- {matrices: [{module, kept}], kept}, once the process has told
    add check (truncation is null or checkpoint is not null);
create index scorings_truncated on scorings (checkpoint, id desc) where truncation is not null;

-- Comparisons with another checkpoint, and of some of a block's matrices.
alter table decompositions
    add column against text collate "C" references checkpoints (id) on delete cascade, -- null: the base model
    add column modules jsonb not null default '"all"',
    drop constraint decompositions_checkpoint_key,
    add unique nulls not distinct (checkpoint, against),
    add check (against <> checkpoint);
create index decompositions_by_against on decompositions (against) where against is not null;
