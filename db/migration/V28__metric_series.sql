-- Metrics narrow enough for 10^8 points: a job's key is written once, as a series with its newest point, which is what searches and lists
-- ask for; a point names its series by number.
alter table metric_points rename to told_points;
alter table told_points rename constraint metric_points_pkey to told_points_pkey;

create table metric_series (
    id     bigint           generated always as identity primary key,
    job    text collate "C" not null references jobs (id) on delete cascade,
    key    text collate "C" not null,
    step   bigint           not null, -- of its newest point, the one of the greatest step
    value  double precision not null,
    at     timestamptz      not null,
    points bigint           not null, -- how many it has
    unique (job, key)
);
create index metric_series_by_value on metric_series (key, value);

-- Sixteen parts: of 10^8 points each has six million, whose index of 0.25 GB a vacuum or a rebuild takes at once, several parts side by side;
-- a statement that cannot know its part still locks no more than 32 relations, which PostgreSQL keeps beside the session.
-- The value lies in the index too: a series that was written among others is read without visiting the others' pages.
create table series_points (
    series bigint           not null,
    step   bigint           not null,
    value  double precision not null, -- may be NaN or infinite, as measured
    at     timestamptz      not null,
    primary key (series, step) include (value)
) partition by hash (series);
do $$ begin
    for part in 0..15 loop
        execute format('create table series_points_%s partition of series_points for values with (modulus 16, remainder %s)', part, part);
    end loop;
end $$;

insert into metric_series (job, key, step, value, at, points)
select distinct on (job, key) job, key, step, value, at, count(*) over (partition by job, key)
from told_points order by job, key, step desc;

insert into series_points (series, step, value, at)
select s.id, p.step, p.value, p.at from told_points p join metric_series s on s.job = p.job and s.key = p.key order by s.id, p.step;

-- The least and the greatest value of each 128 steps of a series and where they stand first: a long series is thinned by these.
create table series_extremes (
    series        bigint           not null,
    block         bigint           not null, -- step >> 7
    least         double precision not null,
    least_step    bigint           not null,
    greatest      double precision not null,
    greatest_step bigint           not null,
    primary key (series, block)
);
insert into series_extremes
select series, step >> 7 as block, min(value) as least, (array_agg(step order by value, step))[1] as least_step,
       max(value) as greatest, (array_agg(step order by value desc, step))[1] as greatest_step
from series_points group by series, step >> 7;

drop table told_points;

-- As metrics were before.
create view metric_points as
select s.job, s.key, p.step, p.value, p.at from metric_series s join series_points p on p.series = s.id;

-- A foreign key would look for the series once a point; who writes points has locked their series, so that none can go meanwhile.
create function forget_points() returns trigger language plpgsql as $$
declare
    its bigint;
begin
    for its in select id from gone loop
        delete from series_points where series = its;
        delete from series_extremes where series = its;
    end loop;
    return null;
end $$;
create trigger points_go_with_their_series after delete on metric_series
    referencing old table as gone for each statement execute function forget_points();
