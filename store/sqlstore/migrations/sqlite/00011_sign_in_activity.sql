-- +goose Up

-- When somebody signed in last: by hand, in the background, and with success, each with the id of its record in the log.
-- Moments are texts as filters compare them.
CREATE TABLE sign_in_activities (
    tenant         BIGINT NOT NULL,
    number         BIGINT NOT NULL,
    interactive    TEXT,
    interactive_id TEXT,
    background     TEXT,
    background_id  TEXT,
    success        TEXT,
    success_id     TEXT,
    PRIMARY KEY (tenant, number)
) WITHOUT ROWID;
CREATE INDEX sign_in_activities_interactive ON sign_in_activities (tenant, interactive, number);
CREATE INDEX sign_in_activities_background ON sign_in_activities (tenant, background, number);
CREATE INDEX sign_in_activities_success ON sign_in_activities (tenant, success, number);

-- What the log still knows. The ids of these records are not taken along.
INSERT INTO sign_in_activities (tenant, number, interactive, background, success)
SELECT tenant, number,
    strftime('%Y-%m-%dT%H:%M:%S', interactive / 1000000, 'unixepoch') || printf('.%06dZ', interactive % 1000000),
    strftime('%Y-%m-%dT%H:%M:%S', background / 1000000, 'unixepoch') || printf('.%06dZ', background % 1000000),
    strftime('%Y-%m-%dT%H:%M:%S', success / 1000000, 'unixepoch') || printf('.%06dZ', success % 1000000)
FROM (SELECT o.tenant, o.number,
        MAX(CASE WHEN json_extract(s.doc, '$.interactive') THEN s.at END) AS interactive,
        MAX(CASE WHEN json_extract(s.doc, '$.interactive') THEN NULL ELSE s.at END) AS background,
        MAX(CASE WHEN json_extract(s.doc, '$.error') IS NULL THEN s.at END) AS success
    FROM signins s JOIN objects o ON o.tenant = s.tenant AND o.id = s.user_id GROUP BY o.tenant, o.number);

-- +goose Down
DROP TABLE sign_in_activities;
