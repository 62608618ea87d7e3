-- Scores of steps all of whose tasks are scored: made of evaluations when first asked for, kept so that large experiments are read at once.
create table step_scores (
    job             text collate "C" not null references jobs (id) on delete cascade,
    step            bigint           not null,
    learning        double precision,
    learning_kind   text,
    learning_bits   double precision,
    learning_stderr double precision,
    source          double precision,
    source_kind     text,
    source_bits     double precision,
    source_stderr   double precision,
    primary key (job, step)
);
