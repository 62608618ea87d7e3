-- All jobs of an experiment are scored by one convention. One that has jobs by the Gauntlet's alone takes that.
alter table experiments add column convention text not null default 'lm_eval' check (convention in ('lm_eval', 'gauntlet'));
alter table experiments alter column convention drop default;
update experiments set convention = 'gauntlet'
    where exists (select 1 from jobs where experiment = experiments.id)
      and not exists (select 1 from jobs where experiment = experiments.id
                      and coalesce(spec #>> '{evaluation,convention}', 'lm_eval') <> 'gauntlet');
