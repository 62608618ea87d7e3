-- Tasks of a team's own, each over a dataset that stays as long as they do; never changed.
create table tasks (
    name             text collate "C" primary key,
    version          integer          not null,
    definition       jsonb            not null,
    dataset          text collate "C" generated always as (definition ->> 'dataset') stored not null references datasets (name),
    exemplar_dataset text collate "C" generated always as (definition ->> 'exemplar_dataset') stored references datasets (name),
    created_at       timestamptz      not null
);
create index tasks_by_dataset on tasks (dataset);
create index tasks_by_exemplar_dataset on tasks (exemplar_dataset);

alter table datasets drop constraint datasets_format_check;
alter table datasets add constraint datasets_format_check
    check (format in ('text', 'prompt_completion', 'messages', 'rows'));
