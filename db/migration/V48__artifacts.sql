-- What lies where, and which row names it: files below a folder of the home, or in S3 under their sums. A model's files had
-- no sums of their own; those of one that was registered before this are listed at the next start where they lie.
alter table base_models add column files jsonb; -- [{path, bytes, sha256}]

create view artifacts with (security_invoker = true) as
    select 'checkpoint' as kind, id, project, folder, files from checkpoints where present
    union all
    select 'export', id, project, 'exports/' || id, files from exports where status = 'succeeded'
    union all
    select 'dataset', name, project, 'datasets/' || name,
        jsonb_build_array(jsonb_build_object('path', 'data.jsonl', 'bytes', bytes, 'sha256', sha256)) from datasets where status = 'ready'
    union all
    select 'model', name, project, 'models/' || name, coalesce(files, '[]') from base_models where status = 'ready'
    union all
    select 'file', id, project, 'files', jsonb_build_array(jsonb_build_object('path', id, 'bytes', bytes, 'sha256', sha256)) from openai_files;
