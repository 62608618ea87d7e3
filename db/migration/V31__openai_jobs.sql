-- What only /v1/fine_tuning/jobs and /v1/models know: the requests that made jobs, so that one that is sent again makes no second job,
-- and the fine-tuned models that their owners deleted from the list. A job's checkpoints stay as long as its experiment.
create table openai_requests (
    job        text collate "C" primary key references jobs (id) on delete cascade,
    sha256     text        not null,
    created_at timestamptz not null
);
create index openai_requests_by_sum on openai_requests (sha256, created_at desc);

create table openai_deleted_models (
    job        text collate "C" primary key references jobs (id) on delete cascade,
    deleted_at timestamptz not null
);
