-- +goose Up
-- Instance-wide tables: tenants, domains, application ids, due work, keys, leases, tenant_counters.
CREATE TABLE tenants (
    number         BIGINT NOT NULL PRIMARY KEY,
    id             BYTEA NOT NULL UNIQUE,
    display_name   TEXT NOT NULL,
    initial_domain TEXT NOT NULL UNIQUE,
    salt           TEXT NOT NULL UNIQUE,
    system         BOOLEAN NOT NULL,
    created        BIGINT NOT NULL
);

-- One row a tenant: the last seq of its change log, the next object number, the head of its audit chain. On PostgreSQL
-- the row is the lock that puts commits of a tenant in order.
CREATE TABLE tenant_counters (
    tenant BIGINT NOT NULL PRIMARY KEY,
    seq    BIGINT NOT NULL,
    next   BIGINT NOT NULL,
    chain  BYTEA NOT NULL
);

CREATE TABLE domains (
    name       TEXT NOT NULL PRIMARY KEY,
    tenant     BIGINT NOT NULL,
    verified   BOOLEAN NOT NULL,
    initial    BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    created    BIGINT NOT NULL
);
CREATE INDEX domains_tenant ON domains (tenant);

CREATE TABLE application_ids (
    app_id TEXT NOT NULL,
    tenant BIGINT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (app_id, tenant)
);

CREATE TABLE due_work (
    tenant BIGINT NOT NULL,
    job    BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (tenant, job)
);
CREATE INDEX due_work_at ON due_work (at);

CREATE TABLE keys (
    id      TEXT NOT NULL PRIMARY KEY,
    sealed  BYTEA NOT NULL,
    created BIGINT NOT NULL,
    retires BIGINT NOT NULL
);

CREATE TABLE leases (
    name    TEXT NOT NULL PRIMARY KEY,
    holder  TEXT NOT NULL,
    fence   BIGINT NOT NULL,
    expires BIGINT NOT NULL
);

-- Everything below belongs to a tenant, and every key begins with it. A number holds its tenant in the upper bits, so
-- that one integer key is enough where the engine keeps rows by it.
CREATE TABLE objects (
    number  BIGINT NOT NULL,
    tenant  BIGINT NOT NULL,
    id      BYTEA NOT NULL,
    version BIGINT NOT NULL,
    deleted BIGINT,
    name    TEXT COLLATE "C" NOT NULL,
    upn     TEXT COLLATE "C",
    mail    TEXT COLLATE "C",
    card    TEXT NOT NULL,
    rest    TEXT NOT NULL,
    facets  JSON NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE UNIQUE INDEX objects_id ON objects (tenant, id);
CREATE INDEX objects_name ON objects (tenant, name, number);
CREATE INDEX objects_mail ON objects (tenant, mail) WHERE mail IS NOT NULL;
CREATE INDEX objects_bin ON objects (tenant, deleted) WHERE deleted IS NOT NULL;

-- The values that only one live object of a tenant may hold.
CREATE TABLE object_keys (
    tenant BIGINT NOT NULL,
    space  SMALLINT NOT NULL,
    value  TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (tenant, space, value)
);

CREATE TABLE relations (
    tenant   BIGINT NOT NULL,
    relation SMALLINT NOT NULL,
    holder   BIGINT NOT NULL,
    related  BIGINT NOT NULL,
    PRIMARY KEY (tenant, relation, holder, related)
);
CREATE INDEX relations_related ON relations (tenant, relation, related, holder);

CREATE TABLE assignments (
    number    BIGINT NOT NULL,
    tenant    BIGINT NOT NULL,
    id        TEXT NOT NULL,
    resource  BIGINT NOT NULL,
    principal BIGINT NOT NULL,
    role      BYTEA NOT NULL,
    created   BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE UNIQUE INDEX assignments_resource ON assignments (tenant, resource, principal, role);
CREATE INDEX assignments_principal ON assignments (tenant, principal);
CREATE UNIQUE INDEX assignments_id ON assignments (tenant, id);

-- Who made a transaction, once for all its changes and audit records.
CREATE TABLE writes (
    number BIGINT NOT NULL,
    tenant BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    doc    TEXT NOT NULL,
    PRIMARY KEY (tenant, number)
);

CREATE TABLE changes (
    seq       BIGINT NOT NULL,
    tenant    BIGINT NOT NULL,
    object    BIGINT NOT NULL,
    id        BYTEA NOT NULL,
    operation SMALLINT NOT NULL,
    mask      BYTEA,
    old       TEXT,
    relation  SMALLINT NOT NULL,
    other     BIGINT NOT NULL,
    write     BIGINT NOT NULL,
    PRIMARY KEY (tenant, seq)
);

CREATE TABLE audits (
    number   BIGINT NOT NULL,
    tenant   BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    activity TEXT NOT NULL,
    doc      TEXT NOT NULL,
    write    BIGINT NOT NULL,
    digest   BYTEA NOT NULL,
    chain    BYTEA NOT NULL,
    PRIMARY KEY (tenant, number)
);

CREATE TABLE provisionings (
    number    BIGINT NOT NULL,
    tenant    BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    job       BIGINT NOT NULL,
    source_id BYTEA NOT NULL,
    target_id TEXT NOT NULL,
    doc       TEXT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE INDEX provisionings_source ON provisionings (tenant, source_id);

CREATE TABLE jobs (
    number    BIGINT NOT NULL,
    tenant    BIGINT NOT NULL,
    id        TEXT NOT NULL,
    principal BIGINT NOT NULL,
    doc       TEXT NOT NULL,
    schema    TEXT NOT NULL,
    status    TEXT NOT NULL,
    version   BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE UNIQUE INDEX jobs_id ON jobs (tenant, id);

CREATE TABLE links (
    number    BIGINT NOT NULL,
    tenant    BIGINT NOT NULL,
    job       BIGINT NOT NULL,
    source    BIGINT NOT NULL,
    source_id BYTEA NOT NULL,
    target    BIGINT NOT NULL,
    target_id TEXT NOT NULL,
    state     SMALLINT NOT NULL,
    tombstone TEXT NOT NULL,
    pending   TEXT NOT NULL,
    written   TEXT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE UNIQUE INDEX links_source ON links (tenant, job, source);
CREATE INDEX links_pending ON links (tenant, job, source) WHERE pending <> '';

CREATE TABLE intents (
    number    BIGINT NOT NULL,
    tenant    BIGINT NOT NULL,
    job       BIGINT NOT NULL,
    source    BIGINT NOT NULL,
    operation TEXT NOT NULL,
    doc       TEXT NOT NULL,
    target_id TEXT NOT NULL,
    started   BIGINT NOT NULL,
    outcome   TEXT NOT NULL,
    finished  BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE INDEX intents_open ON intents (tenant, job) WHERE outcome = '';

CREATE TABLE credentials (
    tenant       BIGINT NOT NULL,
    owner        BIGINT NOT NULL,
    key_id       TEXT NOT NULL,
    kind         TEXT NOT NULL,
    digest       TEXT NOT NULL,
    hint         TEXT NOT NULL,
    display_name TEXT NOT NULL,
    starts       BIGINT NOT NULL,
    ends         BIGINT NOT NULL,
    PRIMARY KEY (tenant, owner, key_id)
);

CREATE TABLE settings (
    tenant    BIGINT NOT NULL,
    principal BIGINT NOT NULL,
    key       TEXT NOT NULL,
    sealed    BYTEA NOT NULL,
    PRIMARY KEY (tenant, principal, key)
);

CREATE TABLE outbox (
    number   BIGINT NOT NULL,
    tenant   BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    address  TEXT NOT NULL,
    body     BYTEA NOT NULL,
    at       BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    sent     BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE INDEX outbox_open ON outbox (at) WHERE sent = 0;

-- Numbers of objects come from a sequence: they need no order of commits, only to be fresh.
CREATE SEQUENCE object_numbers CACHE 1;

-- +goose Down
DROP TABLE outbox;
DROP TABLE settings;
DROP TABLE credentials;
DROP TABLE intents;
DROP TABLE links;
DROP TABLE jobs;
DROP TABLE provisionings;
DROP TABLE audits;
DROP TABLE changes;
DROP TABLE writes;
DROP TABLE assignments;
DROP TABLE relations;
DROP TABLE object_keys;
DROP TABLE objects;
DROP TABLE leases;
DROP TABLE keys;
DROP TABLE due_work;
DROP TABLE application_ids;
DROP TABLE domains;
DROP TABLE tenant_counters;
DROP TABLE tenants;
DROP SEQUENCE object_numbers;
