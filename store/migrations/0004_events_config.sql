CREATE TABLE IF NOT EXISTS {{.Local "events"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    time DateTime64(3, 'UTC') COMMENT 'When it happened, by the clock of the source, UTC' CODEC(Delta, ZSTD(1)),
    received DateTime64(3, 'UTC') COMMENT 'When it was taken in, UTC' CODEC(Delta, ZSTD(1)),
    type LowCardinality(String) COMMENT 'Type of the event',
    source LowCardinality(String) COMMENT 'Source',
    contact String COMMENT 'Contact',
    advisor LowCardinality(String) COMMENT 'Advisor',
    queue LowCardinality(String) COMMENT 'Queue',
    record String COMMENT 'The record of the log as it is, JSON' CODEC(ZSTD(3)),
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Offset of the record' CODEC(Delta, ZSTD(1))
)
ENGINE = {{.Engine "events" "ReplacingMergeTree"}}
PARTITION BY toDate(received)
ORDER BY (centre, contact, time, epoch, partition, offset)
TTL toDateTime(received) + INTERVAL 30 DAY
SETTINGS {{.DedupSettings}}, ttl_only_drop_parts = 1
COMMENT 'Raw events, kept for a short time to explain a number';

{{.Distributed "events"}}

CREATE TABLE IF NOT EXISTS {{.Name "config"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    version UInt32 COMMENT 'Version of the configuration, as in facts.config_version',
    type LowCardinality(String) COMMENT 'Type of the config event that published the object',
    id String COMMENT 'Which object',
    applied_at DateTime64(3, 'UTC') COMMENT 'From when it applied, UTC',
    object String COMMENT 'The object, JSON' CODEC(ZSTD(3))
)
ENGINE = {{.EngineEverywhere "config" "ReplacingMergeTree" "applied_at"}}
ORDER BY (centre, version, type, id)
COMMENT 'Every configuration that ever applied: organisation, calendars, targets, thresholds';
