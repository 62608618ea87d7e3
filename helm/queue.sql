select count(*) from scheduled_tasks entry
left join jobs on entry.task_name = 'job' and jobs.id = split_part(entry.task_instance, '.', 1)
where entry.task_name in ('job', 'device') and coalesce(jobs.spec #>> '{resources,device_class}', 'any') in (CLASSES)
