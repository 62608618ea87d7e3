-- Files that came by /v1/files. One that was found good is the dataset of its own id; one that was not keeps what is wrong with it.
create table openai_files (
    id         text collate "C" primary key,
    filename   text        not null,
    bytes      bigint      not null,
    sha256     text        not null,
    dataset    text collate "C" references datasets (name),
    error      text,
    created_at timestamptz not null,
    expires_at timestamptz,
    check ((dataset is null) = (error is not null))
);
create index openai_files_by_dataset on openai_files (dataset);
create index openai_files_by_sum on openai_files (sha256, id desc);
create index openai_files_by_expiry on openai_files (expires_at) where expires_at is not null;
