-- The trace of the request that put an entry into the queue, as the W3C's traceparent; null where traces are sent nowhere.
alter table scheduled_tasks add column traceparent text;

-- What the trainer of the current job holds of its device's memory, and the most that the last one held.
alter table workers add column used_bytes bigint, add column peak_bytes bigint;

-- How many items were scored lately is asked every few seconds.
create index evaluations_by_time on evaluations (created_at);
