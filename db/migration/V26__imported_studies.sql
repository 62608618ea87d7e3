-- Studies that came in an archive are records, as their jobs are. origin: the id that a study had where it was run.
alter table studies add column origin text;

create function refuse_move_of_imported_study() returns trigger language plpgsql as $$
begin
    raise exception 'study % was imported as % and cannot become %', old.id, old.status, new.status using errcode = 'check_violation';
end $$;
create trigger imported_studies_stay before update of status on studies
    for each row when (old.origin is not null and old.status is distinct from new.status)
    execute function refuse_move_of_imported_study();
