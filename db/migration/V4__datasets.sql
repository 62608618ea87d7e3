-- What an uploaded file was, and how its columns became the fields of its documents.
ALTER TABLE datasets
    ADD COLUMN file_format text NOT NULL DEFAULT 'jsonl' CHECK (file_format IN ('jsonl', 'parquet', 'csv', 'tsv', 'text')),
    ADD COLUMN columns     jsonb,
    ADD COLUMN template    jsonb;
