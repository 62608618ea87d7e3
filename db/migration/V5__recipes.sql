-- What a model's attention and positions are, where only rope_theta was kept; and what a run's data came to.
update base_models
set architecture = (architecture - 'rope_theta')
    || jsonb_build_object(
        'rotary', jsonb_build_object('type', 'default', 'theta', architecture -> 'rope_theta'),
        'attention_bias', 'none',
        'head_norms', false,
        'window', 0)
where architecture ? 'rope_theta';

alter table jobs add column data jsonb; -- documents, rows and tokens of an epoch, once planned
