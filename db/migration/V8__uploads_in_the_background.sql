-- What is counted in rows while a table is unpacked: its rows, and of a Parquet file how many there are.
alter table datasets
    add column import_rows_done  bigint,
    add column import_rows_total bigint;
alter table base_models -- both are imported alike
    add column import_rows_done  bigint,
    add column import_rows_total bigint;

-- An upload too may be read in the background; then it has an import, but no source.
alter table datasets
    drop constraint datasets_check6, -- (import_id is null) = (imported_from is null)
    add check (imported_from is null or import_id is not null);
