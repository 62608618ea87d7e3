-- Standard errors of bits per byte beside accuracies, so that checkpoints are compared by either. What is kept is computed anew, except of
-- imported jobs, whose tasks may not be here.
alter table step_scores
    add column learning_bits_stderr double precision,
    add column source_bits_stderr   double precision;
update step_scores set learning_bits_stderr = learning_stderr where learning_kind = 'bits_per_byte';
update step_scores set source_bits_stderr = source_stderr where source_kind = 'bits_per_byte';
delete from step_scores using jobs where jobs.id = step_scores.job and jobs.origin is null;
