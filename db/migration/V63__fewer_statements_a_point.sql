-- file_ahead does as before (V50) by fewer statements: each that a function runs sets up its plan anew, which for one point is most of the work. Jobs
-- and series are locked in one order as they were, by job and key. A block's extremes are opened or widened by one statement.
create or replace function file_ahead(jobs_told text[], last_steps bigint[], last_tokens bigint[], most_points bigint,
                           series_jobs integer[], keys text[], firsts bigint[], lasts bigint[], counts integer[],
                           last_readings double precision[], last_times timestamptz[],
                           alone_series integer[], alone_steps bigint[], alone_readings double precision[], alone_times timestamptz[],
                           chunk_series integer[], froms integer[], tos integer[], time_froms integer[], time_tos integer[],
                           leasts integer[], greatests integer[], steps bigint[], readings double precision[], times timestamptz[])
    returns boolean[] language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    ids   bigint[];
    ahead boolean[];
    good  boolean[];
begin
    with known as materialized (
        select s.id, s.step, told.place
        from unnest(series_jobs, keys) with ordinality as told (job, key, place)
        join jobs j on j.id = jobs_told[told.job] and j.status = 'running' and j.origin is null and j.spec ->> 'executor' = 'external'
        join metric_series s on s.job = j.id and s.key = told.key
        order by s.job, s.key for no key update of j, s)
    select array_agg(known.id order by told.place), array_agg(coalesce(known.step < told.first, false) order by told.place) into ids, ahead
    from unnest(firsts) with ordinality as told (first, place) left join known using (place);

    select array_agg(not exists (select from unnest(series_jobs, ahead) as its (job, ahead) where its.job = told.place and not its.ahead)
                 and (select sum(points) from metric_series s where s.job = told.job)
                   + (select sum(points) from unnest(series_jobs, counts) as its (job, points) where its.job = told.place) <= most_points
             order by told.place) into good
    from unnest(jobs_told) with ordinality as told (job, place);

    with moved as (
        update jobs j set step = greatest(j.step, told.step), tokens = greatest(j.tokens, told.tokens)
        from unnest(jobs_told, last_steps, last_tokens, good) as told (job, step, tokens, good)
        where j.id = told.job and told.good and (j.step < told.step or j.tokens < told.tokens)),
    renewed as (
        update metric_series s set points = s.points + told.points, step = told.step, value = told.value, at = told.at
        from unnest(ids, series_jobs, counts, lasts, last_readings, last_times) as told (id, job, points, step, value, at)
        where s.id = told.id and good[told.job]),
    told as materialized (
        select ids[series] as series, step, value, at
        from unnest(alone_series, alone_steps, alone_readings, alone_times) as told (series, step, value, at)
        where good[series_jobs[series]]),
    written as (
        insert into series_points (series, step, value, at) select series, step, value, at from told),
    blocks as (
        select series, step >> 7 as block, min(value) as least, (array_agg(step order by value, step))[1] as least_step,
               max(value) as greatest, (array_agg(step order by value desc, step))[1] as greatest_step
        from told group by series, step >> 7)
    insert into series_extremes as known (series, block, least, least_step, greatest, greatest_step)
    select series, block, least, least_step, greatest, greatest_step from blocks
    on conflict (series, block) do update
    set least = least(known.least, excluded.least),
        least_step = case when excluded.least < known.least then excluded.least_step else known.least_step end,
        greatest = greatest(known.greatest, excluded.greatest),
        greatest_step = case when excluded.greatest > known.greatest then excluded.greatest_step else known.greatest_step end
    where excluded.least < known.least or excluded.greatest > known.greatest;

    if cardinality(chunk_series) > 0 then
        insert into series_chunks (series, first, last, steps, readings, times, least, greatest)
        select ids[series], steps["from"], steps["to"], steps["from":"to"], readings["from":"to"], times[time_from:time_to], least, greatest
        from unnest(chunk_series, froms, tos, time_froms, time_tos, leasts, greatests)
            as chunk (series, "from", "to", time_from, time_to, least, greatest)
        where good[series_jobs[series]];
    end if;

    return good;
end $$;

-- A job that only comes further, as it does thousands of times a second, has nothing to tell of.
drop trigger jobs_tell_of_their_moves on jobs;
create trigger jobs_tell_of_their_beginning after insert on jobs for each row execute function tell_of_move();
create trigger jobs_tell_of_their_moves after update on jobs
    for each row when (new.step < old.step
                       or (old.status, old.pause_requested_at, old.cancel_requested_at, old.diverged, old.guarded)
                           is distinct from (new.status, new.pause_requested_at, new.cancel_requested_at, new.diverged, new.guarded))
    execute function tell_of_move();
