-- +goose Up

-- What whoever holds a secret may claim: sessions, authorization codes, refresh tokens, waiting devices.
CREATE TABLE proofs (
    tenant  BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    digest  BYTEA NOT NULL,
    owner   BIGINT NOT NULL,
    family  TEXT NOT NULL,
    doc     TEXT NOT NULL,
    made    BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    spent   BIGINT NOT NULL,
    PRIMARY KEY (tenant, kind, digest)
);
CREATE INDEX proofs_owner ON proofs (tenant, owner) WHERE owner <> 0;
CREATE INDEX proofs_family ON proofs (tenant, family) WHERE family <> '';
CREATE INDEX proofs_expires ON proofs (tenant, expires);

-- The sealed secrets of people's apps for one-time codes.
CREATE TABLE authenticators (
    tenant BIGINT NOT NULL,
    owner  BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    made   BIGINT NOT NULL,
    step   BIGINT NOT NULL,
    PRIMARY KEY (tenant, owner)
);

-- Failed attempts, counted by what they were made against.
CREATE TABLE attempts (
    tenant   BIGINT NOT NULL,
    subject  TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last     BIGINT NOT NULL,
    expires  BIGINT NOT NULL,
    PRIMARY KEY (tenant, subject)
);
CREATE INDEX attempts_expires ON attempts (tenant, expires);

CREATE TABLE signins (
    number  BIGINT NOT NULL,
    tenant  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    id      TEXT NOT NULL,
    user_id BYTEA NOT NULL,
    doc     TEXT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE INDEX signins_user ON signins (tenant, user_id);
CREATE UNIQUE INDEX signins_id ON signins (tenant, id);

-- +goose Down
DROP TABLE signins;
DROP TABLE attempts;
DROP TABLE authenticators;
DROP TABLE proofs;
