-- +goose Up

-- Domains that a tenant has named and not proven yet; several tenants may name one. Those that are proven are in domains.
CREATE TABLE domain_claims (
    tenant  BIGINT NOT NULL,
    name    TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

-- +goose Down
DROP TABLE domain_claims;
