-- V60 was edited once after it may have run: norms had a place in their key, not a path. Where it ran so, the table is made what it is elsewhere;
-- the place stays for a worker of that version, which still says it. What ran so is known by its checksum.
do $$ begin
    if to_regclass('flyway_schema_history') is null then
        return; -- nothing has run
    end if;
    if not exists (select from flyway_schema_history where version = '60' and checksum = -1438099906) then
        return;
    end if;
    alter table weight_norms drop constraint weight_norms_pkey, alter column place drop not null, add primary key (model, path);
    update flyway_schema_history set checksum = -155625529 where version = '60';
end $$;
