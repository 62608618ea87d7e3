-- An experiment that was deleted stays for a while and can be restored. Meanwhile requests see it, and what hangs on it, as
-- little as another project's; the service's own work sees it, which takes it away for good.
alter table experiments add column deleted_at timestamptz;
create index experiments_deleted on experiments (deleted_at) where deleted_at is not null;

do $$
declare
    hidden text;
begin
    foreach hidden in array array['experiments', 'jobs', 'checkpoints', 'sweeps', 'studies', 'scorings', 'decompositions'] loop
        if hidden <> 'experiments' then
            execute format('alter table %I add column deleted_at timestamptz', hidden);
        end if;
        execute format('drop policy of_its_project on %I', hidden);
        execute format('create policy of_its_project on %I using (project = current_setting(''palimpsest.project'', true) and deleted_at is null)', hidden);
    end loop;
end $$;

create function be_deleted_with_the_experiment() returns trigger language plpgsql as $$
begin
    update jobs set deleted_at = new.deleted_at where experiment = new.id;
    update sweeps set deleted_at = new.deleted_at where experiment = new.id;
    update studies set deleted_at = new.deleted_at where experiment = new.id;
    update checkpoints set deleted_at = new.deleted_at where job in (select id from jobs where experiment = new.id);
    update scorings set deleted_at = new.deleted_at
    where job in (select id from jobs where experiment = new.id)
        or checkpoint in (select id from checkpoints where job in (select id from jobs where experiment = new.id));
    update decompositions set deleted_at = new.deleted_at
    where checkpoint in (select id from checkpoints where job in (select id from jobs where experiment = new.id));
    return null;
end $$;
create trigger be_deleted_with_the_experiment after update of deleted_at on experiments
    for each row when (old.deleted_at is distinct from new.deleted_at) execute function be_deleted_with_the_experiment();

create or replace view artifacts with (security_invoker = true) as
    select 'checkpoint' as kind, id, project, folder, files, deleted_at from checkpoints where present
    union all
    select 'export', id, project, 'exports/' || id, files, null from exports where status = 'succeeded'
    union all
    select 'dataset', name, project, 'datasets/' || name,
        jsonb_build_array(jsonb_build_object('path', 'data.jsonl', 'bytes', bytes, 'sha256', sha256)), null from datasets where status = 'ready'
    union all
    select 'model', name, project, 'models/' || name, coalesce(files, '[]'), null from base_models where status = 'ready'
    union all
    select 'file', id, project, 'files', jsonb_build_array(jsonb_build_object('path', id, 'bytes', bytes, 'sha256', sha256)), null from openai_files;
