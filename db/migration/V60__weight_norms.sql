-- Frobenius norms of models' matrices: what spectra of the next adapter need not read the model for again.
-- model: the hash of its content, so that a norm is never another one
create table weight_norms (
    model text collate "C"  not null,
    path  text              not null, -- model.layers.0.mlp.up_proj
    norm  double precision  not null,
    primary key (model, path)
);
