-- +goose Up

-- The failure of one source object of a job, until it passes or is given up.
CREATE TABLE escrows (
    tenant   BIGINT NOT NULL,
    job      BIGINT NOT NULL,
    source   BIGINT NOT NULL,
    code     TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    first    BIGINT NOT NULL,
    next     BIGINT NOT NULL,
    PRIMARY KEY (tenant, job, source)
);

-- Who of the source is linked to a person of a remote target. Links to tenants are found by their source only.
CREATE INDEX links_target ON links (tenant, job, target_id) WHERE target = 0;

-- When a message was written; "at" is when it is due.
ALTER TABLE outbox ADD COLUMN written BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE outbox DROP COLUMN written;
DROP INDEX links_target;
DROP TABLE escrows;
