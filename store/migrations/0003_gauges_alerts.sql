CREATE TABLE IF NOT EXISTS {{.Local "gauges"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live',
    scope LowCardinality(String) COMMENT 'Kind of scope: centre, programme, team, advisor, queue, campaign or channel',
    id LowCardinality(String) COMMENT 'Which one; empty for the centre itself',
    at DateTime64(3, 'UTC') COMMENT 'Moment of the sample, on the clock of the log, UTC' CODEC(Delta, ZSTD(1)),
    waiting Int64 COMMENT 'Contacts waiting',
    longest_wait_ms Int64 COMMENT 'Longest wait among them, ms',
    advisors_logged Int64 COMMENT 'Advisors logged in',
    advisors_available Int64 COMMENT 'Advisors available',
    advisors_ringing Int64 COMMENT 'Advisors being called',
    advisors_on_contact Int64 COMMENT 'Advisors with a customer',
    advisors_wrapping Int64 COMMENT 'Advisors in after-call work',
    advisors_paused Int64 COMMENT 'Advisors in any pause or other activity',
    help_requests Int64 COMMENT 'Advisors who asked for help in a conversation and whom nobody has come to help yet',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log'
)
ENGINE = {{.Engine "gauges" "ReplacingMergeTree"}}
PARTITION BY toDate(at)
ORDER BY (centre, lane, scope, id, at)
TTL toDateTime(at) + INTERVAL 90 DAY
SETTINGS {{.DedupSettings}}, ttl_only_drop_parts = 1
COMMENT 'The state of a scope, sampled every 10 seconds of the log''s clock. Never add samples up over time';

{{.Distributed "gauges"}}

CREATE TABLE IF NOT EXISTS {{.Local "alerts"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    at DateTime64(3, 'UTC') COMMENT 'Moment of the transition, on the clock of the log, UTC',
    rule LowCardinality(String) COMMENT 'Rule',
    scope LowCardinality(String) COMMENT 'Kind of scope',
    id LowCardinality(String) COMMENT 'Which one',
    state LowCardinality(String) COMMENT 'State after the transition',
    severity LowCardinality(String) COMMENT 'Severity of the rule',
    reason LowCardinality(String) COMMENT 'Why the state changed',
    numerator Int64 COMMENT 'Numerator of the indicator at that moment',
    denominator Int64 COMMENT 'Denominator of the indicator at that moment',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that brought the transition'
)
ENGINE = {{.Engine "alerts" "ReplacingMergeTree"}}
PARTITION BY toYYYYMM(at)
ORDER BY (centre, rule, scope, id, at, epoch, partition, offset)
TTL toDateTime(at) + INTERVAL 25 MONTH
SETTINGS {{.DedupSettings}}
COMMENT 'Transitions of alerts';

{{.Distributed "alerts"}}
