-- +goose Up

-- Who of the source is linked to a person of a tenant: asked when the members of a group are compared.
CREATE INDEX links_into ON links (tenant, job, target) WHERE target <> 0;

-- +goose Down
DROP INDEX links_into;
