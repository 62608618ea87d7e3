-- Projects as tenants. Whatever has an id of its own belongs to one; what hangs on such a row is reached by it alone. A
-- request's connection takes the role palimpsest_project (made after each migration, as roles are not the database's) and
-- says its project; the policies then hide every other project's rows. The service's own work has no project and sees all.
create table projects (
    id         text collate "C" primary key,
    created_at timestamptz not null default now()
);
insert into projects (id) values ('default');

create function own_project() returns text language sql stable
    as $$ select coalesce(nullif(current_setting('palimpsest.project', true), ''), 'default') $$;

do $$
declare
    owned text;
begin
    foreach owned in array array['experiments', 'jobs', 'checkpoints', 'sweeps', 'studies', 'scorings', 'exports',
            'decompositions', 'base_models', 'datasets', 'tasks', 'openai_files', 'webhooks', 'api_keys', 'audit_entries'] loop
        execute format('alter table %I add column project text collate "C" default own_project() references projects', owned);
        execute format('alter table %I enable row level security', owned);
        execute format('create policy of_its_project on %I using (project = current_setting(''palimpsest.project'', true))', owned);
        if owned not in ('base_models', 'datasets') then
            execute format('alter table %I alter column project set not null', owned);
        end if;
    end loop;
end $$;

-- What comes with the service belongs to nobody and is there for all.
update base_models set project = null where source is null;
update datasets set project = null where built_in;
create policy built_in on base_models using (project is null);
create policy built_in on datasets using (project is null);
create function be_for_all() returns trigger language plpgsql as $$
begin
    new.project := null;
    return new;
end $$;
create trigger be_for_all before insert on base_models for each row when (new.source is null) execute function be_for_all();
create trigger be_for_all before insert on datasets for each row when (new.built_in) execute function be_for_all();

-- What belongs to something is its project's, whoever makes it.
create function be_of_the_experiment() returns trigger language plpgsql as $$
begin
    new.project := (select project from experiments where id = new.experiment);
    return new;
end $$;
create function be_of_the_job() returns trigger language plpgsql as $$
begin
    new.project := (select project from jobs where id = new.job);
    return new;
end $$;
create function be_of_the_checkpoint() returns trigger language plpgsql as $$
begin
    new.project := coalesce((select project from checkpoints where id = new.checkpoint), new.project);
    return new;
end $$;
create trigger be_of_the_experiment before insert on jobs for each row execute function be_of_the_experiment();
create trigger be_of_the_experiment before insert on sweeps for each row execute function be_of_the_experiment();
create trigger be_of_the_experiment before insert on studies for each row execute function be_of_the_experiment();
create trigger be_of_the_job before insert on checkpoints for each row execute function be_of_the_job();
create trigger be_of_the_job before insert on scorings for each row when (new.job is not null) execute function be_of_the_job();
create trigger be_of_the_checkpoint before insert on scorings for each row when (new.job is null) execute function be_of_the_checkpoint();
create trigger be_of_the_checkpoint before insert on exports for each row execute function be_of_the_checkpoint();
create trigger be_of_the_checkpoint before insert on decompositions for each row execute function be_of_the_checkpoint();

alter table openai_requests enable row level security;
create policy of_its_job on openai_requests using (exists (select from jobs where jobs.id = job));
alter table openai_deleted_models enable row level security;
create policy of_its_job on openai_deleted_models using (exists (select from jobs where jobs.id = job));

create index experiments_by_project on experiments (project, id desc);
create index jobs_by_project on jobs (project, id desc);
