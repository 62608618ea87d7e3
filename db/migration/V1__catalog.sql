-- What jobs start from. Names are compared byte by byte, whatever the server's locale.
CREATE TABLE base_models (
    name         text COLLATE "C" PRIMARY KEY,
    version      integer     NOT NULL,
    status       text        NOT NULL CHECK (status IN ('importing', 'ready', 'failed')),
    source       jsonb, -- null for a built-in one
    error        text,
    content_hash text,
    bytes        bigint,
    parameters   bigint,
    architecture jsonb,
    created_at   timestamptz NOT NULL,
    ready_at     timestamptz,
    CHECK ((status = 'ready') = (content_hash IS NOT NULL)),
    CHECK ((status = 'failed') = (error IS NOT NULL))
);
CREATE INDEX ON base_models (created_at) WHERE status = 'importing';

CREATE TABLE datasets (
    name        text COLLATE "C" PRIMARY KEY,
    version     integer     NOT NULL,
    format      text        NOT NULL CHECK (format IN ('text', 'prompt_completion', 'messages')),
    documents   bigint      NOT NULL CHECK (documents > 0),
    bytes       bigint      NOT NULL,
    sha256      text        NOT NULL,
    description text,
    licence     text,
    source      text,
    built_in    boolean     NOT NULL,
    created_at  timestamptz NOT NULL
);
