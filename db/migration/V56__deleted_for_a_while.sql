-- Models, datasets, exports and files that were deleted stay for a while and can be restored, as experiments do (V49). The name of a model
-- or dataset is free at once: the deleted one bears another.
alter table base_models add column deleted_at timestamptz, add column deleted_name text collate "C";
alter table datasets add column deleted_at timestamptz, add column deleted_name text collate "C";
alter table exports add column deleted_at timestamptz;
alter table openai_files add column deleted_at timestamptz;

do $$
declare
    hidden text;
begin
    foreach hidden in array array['base_models', 'datasets', 'exports', 'openai_files'] loop
        execute format('drop policy of_its_project on %I', hidden);
        execute format('create policy of_its_project on %I using (project = current_setting(''palimpsest.project'', true) and deleted_at is null)', hidden);
    end loop;
end $$;

-- What was deleted is made anew when it is asked for again.
drop index exports_standing;
create unique index exports_standing on exports (checkpoint, form, reduction) nulls not distinct
    where status in ('queued', 'running', 'succeeded') and deleted_at is null;

-- A file's dataset is deleted and restored with it.
alter table openai_files
    drop constraint openai_files_dataset_fkey,
    add constraint openai_files_dataset_fkey foreign key (dataset) references datasets on update cascade;

create or replace view artifacts with (security_invoker = true) as
    select 'checkpoint' as kind, id, project, folder, files, deleted_at from checkpoints where present
    union all
    select 'export', id, project, 'exports/' || id, files, deleted_at from exports where status = 'succeeded'
    union all
    select 'dataset', name, project, 'datasets/' || name,
        jsonb_build_array(jsonb_build_object('path', 'data.jsonl', 'bytes', bytes, 'sha256', sha256)), deleted_at from datasets where status = 'ready'
    union all
    select 'model', name, project, 'models/' || name, coalesce(files, '[]'), deleted_at from base_models where status = 'ready'
    union all
    select 'file', id, project, 'files', jsonb_build_array(jsonb_build_object('path', id, 'bytes', bytes, 'sha256', sha256)), deleted_at from openai_files;

-- All that can be restored until it is purged, under the names that it had.
create view deleted_things with (security_invoker = true) as
    select 'experiment' as kind, id, name, project, deleted_at,
        coalesce((select sum(checkpoint.bytes) from checkpoints checkpoint join jobs job on job.id = checkpoint.job
                  where job.experiment = experiments.id and checkpoint.present), 0)::bigint as bytes
    from experiments where deleted_at is not null
    union all
    select 'model', deleted_name, deleted_name, project, deleted_at, coalesce(bytes, 0) from base_models where deleted_at is not null
    union all
    select 'dataset', deleted_name, deleted_name, project, deleted_at, coalesce(bytes, 0) from datasets
    where deleted_at is not null and not exists (select from openai_files file where file.dataset = datasets.name)
    union all
    select 'export', id, form, project, deleted_at, coalesce(bytes, 0) from exports where deleted_at is not null
    union all
    select 'file', id, filename, project, deleted_at, bytes from openai_files where deleted_at is not null;
