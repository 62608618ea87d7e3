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

-- The same in place of what stands there.
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
        select * into newest from series_points where series = its order by step desc limit 1;
        if found then
            update metric_series set step = newest.step, value = newest.value, at = newest.at, points = points - fewer where id = its;
        else
            delete from metric_series where id = its;
        end if;
    end loop;
end $$;

-- Of a series that has more points than are asked for the first, the last, and of each equal part of the steps between them the smallest and
-- the greatest value; NaN is the greatest of all. Each part is read from the index alone: once for its extremes, then until each is found,
-- which takes half the time of an aggregate that keeps their steps, and no more than one pass over all parts where they are small. One plan
-- serves series of all lengths, as they differ in nothing else.
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
