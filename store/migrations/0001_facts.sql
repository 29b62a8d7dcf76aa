-- The increments of measures. The columns of measures and of bins, and the projections that add them up by quarter,
-- are not here: Migrate adds them from the closed list of measures. There is no TTL: it would eat an import of old history
-- as it comes in, and look like a loss. Old days are dropped by partition.
CREATE TABLE IF NOT EXISTS {{.Local "facts"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live. Otherwise the import of history that made the row; see table lanes',
    day Date COMMENT 'Business day, in the zone of the centre',
    quarter DateTime('UTC') COMMENT 'Start of the quarter of an hour in which it happened, UTC',
    at DateTime64(3, 'UTC') COMMENT 'When what is counted happened, UTC' CODEC(Delta, ZSTD(1)),
    grain LowCardinality(String) COMMENT 'What the row counts: contact, queue_leg, advisor_leg or time',
    programme LowCardinality(String) COMMENT 'Whose contacts these are (an outsourcer''s client)',
    site LowCardinality(String) COMMENT 'Site of the advisor',
    queue LowCardinality(String) COMMENT 'Queue',
    campaign LowCardinality(String) COMMENT 'Outbound campaign',
    channel LowCardinality(String) COMMENT 'voice, chat, email, social, letter, sms or video',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    team LowCardinality(String) COMMENT 'Team in which the advisor worked',
    home_team LowCardinality(String) COMMENT 'Team to which the advisor belongs',
    advisor LowCardinality(String) COMMENT 'Advisor',
    reason LowCardinality(String) COMMENT 'Why the customer came, or why the advisor paused, as the source says',
    contact String COMMENT 'Contact, the key of table contacts; empty for grain time' CODEC(ZSTD(1)),
    epoch LowCardinality(String) COMMENT 'Identity of the log: it changes when the topic is made anew',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that made the row known' CODEC(Delta, ZSTD(1)),
    seq UInt32 COMMENT 'Position among the rows of the same log record',
    config_version UInt32 COMMENT 'Version of the configuration that applied',
    INDEX offsets offset TYPE minmax GRANULARITY 1,
    INDEX contacts contact TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{.Engine "facts" "MergeTree"}}
PARTITION BY day
PRIMARY KEY (centre, lane, quarter)
ORDER BY (centre, lane, quarter, at)
SETTINGS {{.DedupSettings}}, min_bytes_for_wide_part = 134217728,
    ratio_of_defaults_for_sparse_serialization = 0.5,
    lightweight_mutation_projection_mode = 'rebuild'
COMMENT 'One row per event and grain: increments of measures, with dimensions and lineage. A correction is a row with negative increments';

{{.Distributed "facts"}}
