-- Files points as file_points does, but what may be measured twice at a step: there the later time stands and, at one time, the greater
-- value, so that in whatever order they come, and however often, the same points stand.
create function renew_points(its_job text, keys text[], places integer[], steps bigint[], readings double precision[], times timestamptz[],
                             out filed bigint, out of_job bigint, out series_of_job bigint) language plpgsql as $$
begin
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
