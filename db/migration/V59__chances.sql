-- The tokens that begin in a piece and how likely each was, where that is asked for; bytes of JSON, for the reason that utf8 has.
alter table completion_pieces add column told bytea;

-- How often a worker began it: one of which nothing was said when its worker went is begun once more.
alter table completions add column begun integer not null default 0;
