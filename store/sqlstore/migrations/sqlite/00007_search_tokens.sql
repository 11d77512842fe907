-- +goose Up

-- The words of names and descriptions, for $search. Those of objects that were there before are entered by the program.
CREATE TABLE search_tokens (
    tenant   BIGINT NOT NULL,
    property SMALLINT NOT NULL,
    token    TEXT NOT NULL,
    number   BIGINT NOT NULL,
    PRIMARY KEY (tenant, property, token, number)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE search_tokens;
