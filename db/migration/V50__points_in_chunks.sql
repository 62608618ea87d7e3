-- Points of a series that come together, after all that it had, lie in one row: a thousand in twenty rows take a tenth of the time of a thousand
-- rows, and a sixth of the space. A chunk's steps are of one block, the 128 steps of series_extremes, and it knows its own extremes; those
-- of series_extremes are of the points that lie alone, in series_points, as do all that came one by one or later than others.
create table series_chunks (
    series   bigint             not null,
    first    bigint             not null, -- no two chunks of a series overlap
    last     bigint             not null,
    steps    bigint[]           not null, -- in their order
    readings double precision[] not null,
    times    timestamptz[]      not null, -- one for each point, or one for all
    least    smallint           not null, -- the place of the smallest reading, the first of such
    greatest smallint           not null,
    primary key (series, first)
);
-- A full chunk has 3 kB: neither compressed nor put elsewhere it is written and read at once.
alter table series_chunks alter column steps set storage plain, alter column readings set storage plain, alter column times set storage plain;

create function points_between(its bigint, from_step bigint, to_step bigint)
    returns table (step bigint, value double precision, at timestamptz) language sql stable as $$
    select p.step, p.value, p.at from series_points p where p.series = its and p.step between from_step and to_step
    union all
    select told.step, told.value, coalesce(told.at, c.times[1])
    from series_chunks c cross join lateral unnest(c.steps, c.readings, c.times) as told (step, value, at)
    where c.series = its and c.first between greatest(from_step, 127) - 127 and to_step and c.last >= from_step
      and told.step between from_step and to_step
$$;

create or replace view metric_points as
select s.job, s.key, p.step, p.value, p.at
from metric_series s
cross join lateral (
    select step, value, at from series_points where series = s.id
    union all
    select told.step, told.value, coalesce(told.at, c.times[1])
    from series_chunks c cross join lateral unnest(c.steps, c.readings, c.times) as told (step, value, at)
    where c.series = s.id) p;

create or replace function forget_points() returns trigger language plpgsql as $$
declare
    its bigint;
begin
    for its in select id from gone loop
        delete from series_points where series = its;
        delete from series_extremes where series = its;
        delete from series_chunks where series = its;
    end loop;
    return null;
end $$;

-- Lets the points of those chunks lie alone in which some of these steps lie, so that they can be changed one by one. Who calls it has locked
-- the series.
create function melt_chunks(its bigint, its_steps bigint[]) returns void language plpgsql as $$
declare
    chunk series_chunks;
begin
    for chunk in
        delete from series_chunks c
        where c.series = its and exists (select from unnest(its_steps) as changed (step) where changed.step between c.first and c.last) returning *
    loop
        insert into series_points (series, step, value, at)
        select its, told.step, told.value, coalesce(told.at, chunk.times[1])
        from unnest(chunk.steps, chunk.readings, chunk.times) as told (step, value, at);
        perform gauge_block(its, chunk.first >> 7);
    end loop;
end $$;

-- The same for points of a job that are to take the place of others.
create function melt_told(its_job text, keys text[], places integer[], steps bigint[]) returns void language plpgsql as $$
begin
    perform from metric_series where job = its_job and key = any (keys) order by key for no key update;
    perform melt_chunks(s.id, array_agg(told.step))
    from unnest(places, steps) as told (place, step) join metric_series s on s.job = its_job and s.key = keys[told.place]
    where told.step <= s.step group by s.id;
end $$;

-- As before (V29), with an eye on chunks.
create or replace function file_points(its_job text, keys text[], places integer[], steps bigint[], readings double precision[],
                                       times timestamptz[], out filed bigint, out of_job bigint, out series_of_job bigint) language plpgsql as $$
declare
    ids    bigint[];
    newest bigint[];
begin
    if exists (select from unnest(keys) as its (key)
               where not exists (select from metric_series s where s.job = its_job and s.key = its.key)) then
        insert into metric_series (job, key, step, value, at, points)
        select its_job, its.key, told.step, told.value, told.at, 0
        from unnest(keys) with ordinality as its (key, place)
        join (select distinct on (place) * from unnest(places, steps, readings, times) as every (place, step, value, at)
              order by place, step desc) told using (place)
        where not exists (select from metric_series s where s.job = its_job and s.key = its.key)
        order by its.key
        on conflict do nothing;
    end if;

    select array_agg(s.id order by its.place), array_agg(s.step order by its.place) into ids, newest
    from unnest(keys) with ordinality as its (key, place)
    join (select id, key, step from metric_series where job = its_job and key = any (keys) order by key for no key update) s on s.key = its.key;

    with told as materialized (
        select ids[place] as series, step, value, at
        from unnest(places, steps, readings, times) as told (place, step, value, at)
        where step > newest[place]
           or not exists (select from series_points p where p.series = ids[told.place] and p.step = told.step)
          and not exists (select from series_chunks c where c.series = ids[told.place] and c.first between told.step - 127 and told.step
                                                        and c.last >= told.step and told.step = any (c.steps))),
    written as (
        insert into series_points (series, step, value, at) select series, step, value, at from told),
    blocks as (
        select series, step >> 7 as block, min(value) as least, (array_agg(step order by value, step))[1] as least_step,
               max(value) as greatest, (array_agg(step order by value desc, step))[1] as greatest_step
        from told group by series, step >> 7),
    opened as (
        insert into series_extremes (series, block, least, least_step, greatest, greatest_step)
        select series, block, least, least_step, greatest, greatest_step from blocks
        where not exists (select from series_extremes known where known.series = blocks.series and known.block = blocks.block)),
    widened as (
        update series_extremes known
        set least = least(known.least, blocks.least),
            least_step = case when blocks.least < known.least then blocks.least_step else known.least_step end,
            greatest = greatest(known.greatest, blocks.greatest),
            greatest_step = case when blocks.greatest > known.greatest then blocks.greatest_step else known.greatest_step end
        from blocks
        where known.series = blocks.series and known.block = blocks.block
          and (blocks.least < known.least or blocks.greatest > known.greatest)),
    last as (
        select series, max(step) as step, count(*) as points from told group by series),
    moved as (
        update metric_series s
        set points = s.points + last.points,
            step = greatest(s.step, last.step),
            value = case when last.step >= s.step then told.value else s.value end,
            at = case when last.step >= s.step then told.at else s.at end
        from last join told using (series, step) where s.id = last.series)
    select coalesce(sum(points), 0) into filed from last;

    select sum(points), count(*) into of_job, series_of_job from metric_series where job = its_job;
end $$;

create or replace function tell_points(its_job text, last_step bigint, last_tokens bigint, most_points bigint, most_keys bigint,
                                       keys text[], places integer[], steps bigint[], readings double precision[], times timestamptz[])
    returns bigint language plpgsql as $$
declare
    result record;
begin
    if not reach_step(its_job, last_step, last_tokens) then
        return null;
    end if;
    select * into result from file_points(its_job, keys, places, steps, readings, times);
    if result.of_job > most_points or result.series_of_job > most_keys then
        raise exception 'job % would have % points of % keys', its_job, result.of_job, result.series_of_job using errcode = 'check_violation';
    end if;
    if result.filed < cardinality(steps) and exists (
            select from unnest(places, steps, readings) as told (place, step, value)
            join metric_series s on s.job = its_job and s.key = keys[told.place]
            cross join lateral points_between(s.id, told.step, told.step) p
            where p.value <> told.value) then
        raise exception 'job % has other values at some of these steps', its_job using errcode = 'check_violation';
    end if;
    return result.filed;
end $$;

create or replace function renew_points(its_job text, keys text[], places integer[], steps bigint[], readings double precision[],
                                        times timestamptz[], out filed bigint, out of_job bigint, out series_of_job bigint) language plpgsql as $$
begin
    perform melt_told(its_job, keys, places, steps);

    select f.filed, f.of_job, f.series_of_job into filed, of_job, series_of_job
    from file_points(its_job, keys, places, steps, readings, times) f;

    update series_points p set value = told.value, at = told.at
    from unnest(places, steps, readings, times) as told (place, step, value, at)
    join metric_series s on s.job = its_job and s.key = keys[told.place]
    where p.series = s.id and p.step = told.step and (told.at, told.value) > (p.at, p.value);

    update metric_series s set value = told.value, at = told.at
    from unnest(places, steps, readings, times) as told (place, step, value, at)
    where s.job = its_job and s.key = keys[told.place] and s.step = told.step and (told.at, told.value) > (s.at, s.value);
end $$;

create or replace function replace_points(its_job text, keys text[], places integer[], steps bigint[], readings double precision[],
                                          times timestamptz[]) returns void language plpgsql as $$
begin
    perform melt_told(its_job, keys, places, steps);

    perform file_points(its_job, keys, places, steps, readings, times);

    update series_points p set value = told.value, at = told.at
    from unnest(places, steps, readings, times) as told (place, step, value, at)
    join metric_series s on s.job = its_job and s.key = keys[told.place]
    where p.series = s.id and p.step = told.step and p.value is distinct from told.value;

    update metric_series s set value = told.value, at = told.at
    from unnest(places, steps, readings, times) as told (place, step, value, at)
    where s.job = its_job and s.key = keys[told.place] and s.step = told.step and s.value is distinct from told.value;
end $$;

create or replace function forget_points_after(its_job text, last_step bigint) returns void language plpgsql as $$
declare
    its     bigint;
    fewer   bigint;
    chunked bigint;
    newest  record;
begin
    for its in select id from metric_series where job = its_job and step > last_step order by key for no key update loop
        perform melt_chunks(its, array[last_step]);
        delete from series_points where series = its and step > last_step;
        get diagnostics fewer = row_count;
        with gone as (delete from series_chunks where series = its and first > last_step returning cardinality(steps) as points)
        select coalesce(sum(points), 0) into chunked from gone;
        delete from series_extremes where series = its and block > last_step >> 7;
        perform gauge_block(its, last_step >> 7);
        select p.* into newest from points_between(its, greatest(
            (select max(step) from series_points where series = its),
            (select last from series_chunks where series = its order by first desc limit 1)), last_step) p order by step desc limit 1;
        if found then
            update metric_series set step = newest.step, value = newest.value, at = newest.at, points = points - fewer - chunked where id = its;
        else
            delete from metric_series where id = its;
        end if;
    end loop;
end $$;

-- Files points of several jobs that are trained elsewhere, each point after all that its series has, in one transaction, and says of each job
-- whether its points were filed: not so if it may not be told of (reach_step), lacks one of the series, has one that is as far already or
-- would have too many points. A series is told of once, with its steps from first to last; those of its points that make a chunk are
-- steps, readings and times from one place to another, the others lie alone. Who tells the same jobs at once waits for its turn: jobs are
-- locked in their order and then their series, as elsewhere.
create function file_ahead(jobs_told text[], last_steps bigint[], last_tokens bigint[], most_points bigint,
                           series_jobs integer[], keys text[], firsts bigint[], lasts bigint[], counts integer[],
                           last_readings double precision[], last_times timestamptz[],
                           alone_series integer[], alone_steps bigint[], alone_readings double precision[], alone_times timestamptz[],
                           chunk_series integer[], froms integer[], tos integer[], time_froms integer[], time_tos integer[],
                           leasts integer[], greatests integer[], steps bigint[], readings double precision[], times timestamptz[])
    returns boolean[] language plpgsql set plan_cache_mode = force_generic_plan as $$
declare
    living text[];
    ids    bigint[];
    ahead  boolean[];
    good   boolean[];
begin
    select array_agg(id) into living from (
        select id from jobs
        where id = any (jobs_told) and status = 'running' and origin is null and spec ->> 'executor' = 'external' order by id for no key update) j;

    with known as materialized (
        select s.id, s.step, told.place
        from unnest(series_jobs, keys) with ordinality as told (job, key, place)
        join metric_series s on s.job = jobs_told[told.job] and s.key = told.key
        order by s.job, s.key for no key update of s)
    select array_agg(known.id order by told.place), array_agg(coalesce(known.step < told.first, false) order by told.place) into ids, ahead
    from unnest(firsts) with ordinality as told (first, place) left join known using (place);

    select array_agg(coalesce(told.job = any (living), false)
                 and not exists (select from unnest(series_jobs, ahead) as its (job, ahead) where its.job = told.place and not its.ahead)
                 and (select sum(points) from metric_series s where s.job = told.job)
                   + (select sum(points) from unnest(series_jobs, counts) as its (job, points) where its.job = told.place) <= most_points
             order by told.place) into good
    from unnest(jobs_told) with ordinality as told (job, place);

    update jobs j set step = greatest(j.step, told.step), tokens = greatest(j.tokens, told.tokens)
    from unnest(jobs_told, last_steps, last_tokens, good) as told (job, step, tokens, good)
    where j.id = told.job and told.good and (j.step < told.step or j.tokens < told.tokens);

    if cardinality(alone_series) > 0 then
        with told as materialized (
            select ids[series] as series, step, value, at
            from unnest(alone_series, alone_steps, alone_readings, alone_times) as told (series, step, value, at)
            where good[series_jobs[series]]),
        written as (
            insert into series_points (series, step, value, at) select series, step, value, at from told),
        blocks as (
            select series, step >> 7 as block, min(value) as least, (array_agg(step order by value, step))[1] as least_step,
                   max(value) as greatest, (array_agg(step order by value desc, step))[1] as greatest_step
            from told group by series, step >> 7),
        opened as (
            insert into series_extremes (series, block, least, least_step, greatest, greatest_step)
            select series, block, least, least_step, greatest, greatest_step from blocks
            where not exists (select from series_extremes known where known.series = blocks.series and known.block = blocks.block))
        update series_extremes known
        set least = least(known.least, blocks.least),
            least_step = case when blocks.least < known.least then blocks.least_step else known.least_step end,
            greatest = greatest(known.greatest, blocks.greatest),
            greatest_step = case when blocks.greatest > known.greatest then blocks.greatest_step else known.greatest_step end
        from blocks
        where known.series = blocks.series and known.block = blocks.block
          and (blocks.least < known.least or blocks.greatest > known.greatest);
    end if;

    if cardinality(chunk_series) > 0 then
        insert into series_chunks (series, first, last, steps, readings, times, least, greatest)
        select ids[series], steps["from"], steps["to"], steps["from":"to"], readings["from":"to"], times[time_from:time_to], least, greatest
        from unnest(chunk_series, froms, tos, time_froms, time_tos, leasts, greatests)
            as chunk (series, "from", "to", time_from, time_to, least, greatest)
        where good[series_jobs[series]];
    end if;

    update metric_series s set points = s.points + told.points, step = told.step, value = told.value, at = told.at
    from unnest(ids, series_jobs, counts, lasts, last_readings, last_times) as told (id, job, points, step, value, at)
    where s.id = told.id and good[told.job];

    return good;
end $$;

-- As before (V29); of a series that has chunks these are read whole, or by their extremes.
create or replace function thinned_points(its bigint, from_step bigint, to_step bigint, most bigint)
    returns table (step bigint, value double precision, at timestamptz)
    language plpgsql stable set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
    parts   bigint := (most - 2) / 2;
    opening bigint;
    closing bigint;
    begins  bigint; -- of the blocks between those of opening and closing
    ends    bigint;
    lows    bigint[]; -- where parts begin
    chunked boolean := exists (select from series_chunks where series = its);
begin
    if (select count(*) <= most from (select from points_between(its, from_step, to_step) limit most + 1) asked) then
        return query select step, value, at from points_between(its, from_step, to_step);
        return;
    end if;
    opening := (select step from series_points where series = its and step between from_step and to_step order by step limit 1);
    closing := (select step from series_points where series = its and step between from_step and to_step order by step desc limit 1);
    if chunked then
        opening := least(opening, (
            select min(step) from (
                select steps from series_chunks where series = its and first between greatest(from_step, 127) - 127 and to_step and last >= from_step
                order by first limit 1) c cross join lateral unnest(c.steps) as told (step) where step between from_step and to_step));
        closing := greatest(closing, (
            select max(step) from (
                select steps from series_chunks where series = its and first between greatest(from_step, 127) - 127 and to_step and last >= from_step
                order by first desc limit 1) c cross join lateral unnest(c.steps) as told (step) where step between from_step and to_step));
    end if;
    return query select step, value, at from points_between(its, opening, opening);
    return query select step, value, at from points_between(its, closing, closing);
    if parts = 0 then
        return;
    end if;
    begins := ((opening >> 7) + 1) << 7;
    ends := (closing >> 7) << 7;
    if (select count(*) from series_extremes where series = its and block >= begins >> 7 and block < ends >> 7)
            + (select count(*) from series_chunks where series = its and first >= begins and first < ends) >= 2 * parts then
        return query
        with candidates as materialized (
            select block << 7 as place, extreme.step, extreme.value
            from series_extremes
            cross join lateral (values (least_step, least), (greatest_step, greatest)) extreme (step, value)
            where series = its and block >= begins >> 7 and block < ends >> 7
            union all
            select first, extreme.step, extreme.value
            from series_chunks
            cross join lateral (values (steps[least], readings[least]), (steps[greatest], readings[greatest])) extreme (step, value)
            where series = its and first >= begins and first < ends
            union all
            select step, step, value from points_between(its, opening + 1, least(closing, begins) - 1)
            union all
            select step, step, value from points_between(its, greatest(opening + 1, ends), closing - 1) where ends >= begins),
        placed as materialized (
            select least(parts - 1, floor((place - opening - 1) * (parts / (closing - opening - 1)::double precision))) as part, step, value
            from candidates),
        extremes as (
            select part, min(value) as least, max(value) as greatest from placed group by part),
        found as (
            select distinct on (part, value) step, value
            from placed join extremes using (part) where value = least or value = greatest order by part, value, step)
        select step, value, (select at from points_between(its, found.step, found.step)) from found;
        return;
    end if;
    if chunked then
        lows := array(select (opening + 1 + (closing::numeric - opening - 1) * (part - 1) / parts)::bigint from generate_series(1, parts) part);
        return query
        with placed as materialized (
            select width_bucket(step, lows) as part, step, value, at from points_between(its, opening + 1, closing - 1)),
        extremes as (
            select part, min(value) as least, max(value) as greatest from placed group by part)
        select distinct on (part, value) step, value, at
        from placed join extremes using (part) where value = least or value = greatest order by part, value, step;
        return;
    end if;
    return query
    select found.step, found.value, (select at from series_points where series = its and step = found.step)
    from generate_series(1, parts) part
    cross join lateral (
        select (opening + 1 + (closing::numeric - opening - 1) * (part - 1) / parts)::bigint as low,
               (opening + 1 + (closing::numeric - opening - 1) * part / parts)::bigint as high
        offset 0) bounds
    cross join lateral (
        select min(value) as least, max(value) as greatest from series_points
        where series = its and step >= low and step < high) extremes
    cross join lateral (
        (select step, value from series_points where series = its and step >= low and step < high and value = least limit 1)
        union
        (select step, value from series_points where series = its and step >= low and step < high and value = greatest limit 1)) found;
end $$;
