-- Files points of a job in one call. Each point has the place of its key among the keys; a key is given once, a key's step too. What stands
-- already stays as it is, so that a retry does no harm, and each series has the newest point of all. New series are made first, then all are
-- locked in the order of their keys, then points are written: of two that file the same series one waits for the other, never each for the
-- other, and only points that are not after the newest one are looked for among those that stand.
create function file_points(its_job text, keys text[], places integer[], steps bigint[], readings double precision[], times timestamptz[],
                            out filed bigint, out of_job bigint, out series_of_job bigint) language plpgsql as $$
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
           or not exists (select from series_points p where p.series = ids[told.place] and p.step = told.step)),
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

-- A job that is trained elsewhere has come this far; one that is there already stays. False: it may not be told of, as Job.admitOwner says;
-- otherwise it stays until the transaction ends.
create function reach_step(its_job text, last_step bigint, last_tokens bigint) returns boolean language plpgsql as $$
begin
    update jobs set step = greatest(step, last_step), tokens = greatest(tokens, last_tokens)
    where id = its_job and status = 'running' and origin is null and spec ->> 'executor' = 'external'
      and (step < last_step or tokens < last_tokens);
    if not found then
        perform from jobs
        where id = its_job and status = 'running' and origin is null and spec ->> 'executor' = 'external' for key share;
    end if;
    return found;
end $$;

-- Files what is told of such a job. Null: it may not be told of. What would change a point or pass a bound fails, and who asked has to find
-- out why. One statement, without a transaction of the client's: under load it is the ways to and fro that take the time.
create function tell_points(its_job text, last_step bigint, last_tokens bigint, most_points bigint, most_keys bigint,
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
            join series_points p on p.series = s.id and p.step = told.step
            where p.value <> told.value) then
        raise exception 'job % has other values at some of these steps', its_job using errcode = 'check_violation';
    end if;
    return result.filed;
end $$;

-- Looks anew for the extremes of a block of which points were changed or forgotten.
create function gauge_block(its bigint, its_block bigint) returns void language plpgsql as $$
begin
    delete from series_extremes where series = its and block = its_block;
    insert into series_extremes (series, block, least, least_step, greatest, greatest_step)
    select its, its_block, min(value), (array_agg(step order by value, step))[1], max(value), (array_agg(step order by value desc, step))[1]
    from series_points where series = its and step between its_block << 7 and (its_block << 7) + 127
    having count(*) > 0;
end $$;

create function gauge_changed() returns trigger language plpgsql as $$
begin
    perform gauge_block(series, block) from (select distinct series, step >> 7 as block from changed) blocks;
    return null;
end $$;
create trigger changed_points_are_gauged after update on series_points
    referencing new table as changed for each statement execute function gauge_changed();

-- Files points in place of what stands there.
create function replace_points(its_job text, keys text[], places integer[], steps bigint[], readings double precision[], times timestamptz[])
    returns void language plpgsql as $$
begin
    perform file_points(its_job, keys, places, steps, readings, times);

    update series_points p set value = told.value, at = told.at
    from unnest(places, steps, readings, times) as told (place, step, value, at)
    join metric_series s on s.job = its_job and s.key = keys[told.place]
    where p.series = s.id and p.step = told.step and p.value is distinct from told.value;

    update metric_series s set value = told.value, at = told.at
    from unnest(places, steps, readings, times) as told (place, step, value, at)
    where s.job = its_job and s.key = keys[told.place] and s.step = told.step and s.value is distinct from told.value;
end $$;

-- The run went back: later points go, series that have no other with them, and of those that stay the newest point left is the newest.
create function forget_points_after(its_job text, last_step bigint) returns void language plpgsql as $$
declare
    its    bigint;
    fewer  bigint;
    newest series_points;
begin
    for its in select id from metric_series where job = its_job and step > last_step order by key for no key update loop
        delete from series_points where series = its and step > last_step;
        get diagnostics fewer = row_count;
        delete from series_extremes where series = its and block > last_step >> 7;
        perform gauge_block(its, last_step >> 7);
        select * into newest from series_points where series = its order by step desc limit 1;
        if found then
            update metric_series set step = newest.step, value = newest.value, at = newest.at, points = points - fewer where id = its;
        else
            delete from metric_series where id = its;
        end if;
    end loop;
end $$;

-- Of a series that has more points than are asked for the first, the last, and of each equal part of the steps between them the smallest and
-- the greatest value; NaN is the greatest of all. A long series is read by its blocks' extremes, a part being whole blocks; the two blocks that
-- the first and the last point are in, and shorter series, by each part's entries in the index: once for the extremes, then until each is found,
-- which takes half the time of an aggregate that keeps their steps. One plan serves all series, as they differ in nothing but their length.
create function thinned_points(its bigint, from_step bigint, to_step bigint, most bigint)
    returns table (step bigint, value double precision, at timestamptz)
    language plpgsql stable set plan_cache_mode = force_generic_plan set jit = off as $$
#variable_conflict use_column
declare
    parts   bigint := (most - 2) / 2;
    opening bigint;
    closing bigint;
begin
    if (select count(*) <= most from (
            select from series_points where series = its and step between from_step and to_step limit most + 1) asked) then
        return query select step, value, at from series_points where series = its and step between from_step and to_step;
        return;
    end if;
    opening := (select step from series_points where series = its and step between from_step and to_step order by step limit 1);
    closing := (select step from series_points where series = its and step between from_step and to_step order by step desc limit 1);
    return query select step, value, at from series_points where series = its and step in (opening, closing);
    if parts = 0 then
        return;
    end if;
    if (select count(*) >= 2 * parts from series_extremes where series = its and block > opening >> 7 and block < closing >> 7) then
        return query
        with candidates as materialized (
            select block << 7 as place, least_step as step, least as value
            from series_extremes where series = its and block > opening >> 7 and block < closing >> 7
            union all
            select block << 7, greatest_step, greatest
            from series_extremes where series = its and block > opening >> 7 and block < closing >> 7
            union all
            select step, step, value from series_points
            where series = its and step > opening and step < least(closing, ((opening >> 7) + 1) << 7)
            union all
            select step, step, value from series_points
            where series = its and step >= greatest(opening + 1, (closing >> 7) << 7) and step < closing),
        placed as materialized (
            select least(parts - 1, floor((place - opening - 1) * (parts / (closing - opening - 1)::double precision))) as part, step, value
            from candidates),
        extremes as (
            select part, min(value) as least, max(value) as greatest from placed group by part),
        found as (
            select distinct on (part, value) step, value
            from placed join extremes using (part) where value = least or value = greatest order by part, value, step)
        select step, value, (select at from series_points where series = its and step = found.step) from found;
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
