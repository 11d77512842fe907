-- +goose Up

-- When somebody signed in last: by hand, in the background, and with success, each with the id of its record in the log.
-- Moments are texts as filters compare them.
CREATE TABLE sign_in_activities (
    tenant         BIGINT NOT NULL,
    number         BIGINT NOT NULL,
    interactive    TEXT COLLATE "C",
    interactive_id TEXT,
    background     TEXT COLLATE "C",
    background_id  TEXT,
    success        TEXT COLLATE "C",
    success_id     TEXT,
    PRIMARY KEY (tenant, number)
);
CREATE INDEX sign_in_activities_interactive ON sign_in_activities (tenant, interactive, number);
CREATE INDEX sign_in_activities_background ON sign_in_activities (tenant, background, number);
CREATE INDEX sign_in_activities_success ON sign_in_activities (tenant, success, number);

-- What the log still knows. The ids of these records are not taken along.
INSERT INTO sign_in_activities (tenant, number, interactive, background, success)
SELECT tenant, number,
    to_char(to_timestamp(interactive / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || to_char(interactive % 1000000, 'FM"."000000"Z"'),
    to_char(to_timestamp(background / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || to_char(background % 1000000, 'FM"."000000"Z"'),
    to_char(to_timestamp(success / 1000000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') || to_char(success % 1000000, 'FM"."000000"Z"')
FROM (SELECT o.tenant, o.number,
        MAX(CASE WHEN (s.doc::jsonb ->> 'interactive') = 'true' THEN s.at END) AS interactive,
        MAX(CASE WHEN (s.doc::jsonb ->> 'interactive') = 'true' THEN NULL ELSE s.at END) AS background,
        MAX(CASE WHEN s.doc::jsonb ->> 'error' IS NULL THEN s.at END) AS success
    FROM signins s JOIN objects o ON o.tenant = s.tenant AND o.id = s.user_id GROUP BY o.tenant, o.number) last;

-- +goose Down
DROP TABLE sign_in_activities;
