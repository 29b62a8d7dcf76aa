CREATE TABLE IF NOT EXISTS {{.Local "register"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live. Otherwise an import of history',
    type LowCardinality(String) COMMENT 'What is said: incident.opened, incident.closed, action.started, action.ended or alert.acknowledged. What a source published stands as incident.opened and incident.closed',
    object String COMMENT 'Which incident or action; empty for an acknowledgement',
    at DateTime64(3, 'UTC') COMMENT 'When it began, was over, or was seen, UTC',
    day Date COMMENT 'Its business day, in the zone of the centre',
    said_at DateTime64(3, 'UTC') COMMENT 'When the log took the word, UTC',
    scope LowCardinality(String) COMMENT 'Kind of scope where it hurts, is to help, or alerts; empty where nobody said',
    scope_id LowCardinality(String) COMMENT 'Which one; empty for the centre itself',
    rule LowCardinality(String) COMMENT 'Rule of the alert',
    title String COMMENT 'What it is, in a few words',
    cause LowCardinality(String) COMMENT 'Why, as far as known: a word from the list in docs/events.md',
    lever LowCardinality(String) COMMENT 'What an action does: a word from the list in docs/events.md',
    incident String COMMENT 'Incident to which an action or an acknowledgement belongs',
    indicator LowCardinality(String) COMMENT 'Indicator that an action is to move',
    expected Int64 COMMENT 'By how much: basis points for shares and scores, milliseconds, cents, or a count',
    said_by LowCardinality(String) COMMENT 'Who says so: a role or a pseudonymous id',
    void UInt8 COMMENT '1: it never was',
    source LowCardinality(String) COMMENT 'Source of the event',
    id Int64 COMMENT 'Hash of the event''s id',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that brought the word',
    config_version UInt32 COMMENT 'Version of the configuration that applied'
)
ENGINE = {{.Engine "register" "ReplacingMergeTree"}}
PARTITION BY toYYYYMM(day)
ORDER BY (centre, lane, type, object, source, id)
TTL day + INTERVAL 25 MONTH
SETTINGS {{.DedupSettings}}
COMMENT 'What was said of incidents, actions and alerts, a row for each word. Views incidents, actions and acknowledgements put it together. Read it with FINAL';

{{.Distributed "register"}}
