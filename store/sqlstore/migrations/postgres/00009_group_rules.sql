-- +goose Up

-- The groups whose members follow from a rule, and the last person whom the rule was asked about in the pass that is
-- under way; 0 where none is.
CREATE TABLE group_rules (
    tenant   BIGINT NOT NULL,
    number   BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);

-- How far these groups follow the changes of a tenant.
CREATE TABLE rule_watermarks (
    tenant BIGINT NOT NULL PRIMARY KEY,
    seq    BIGINT NOT NULL
);

-- +goose Down
DROP TABLE rule_watermarks;
DROP TABLE group_rules;
