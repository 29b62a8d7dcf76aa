CREATE TABLE IF NOT EXISTS {{.Local "contacts"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane LowCardinality(String) COMMENT 'Empty: live. Otherwise an import of history',
    contact String COMMENT 'Contact: one customer journey',
    life Int32 COMMENT 'A contact that came back long after its end has a row for each life, from 0',
    day Date COMMENT 'Business day of the start, in the zone of the centre',
    started_at DateTime64(3, 'UTC') COMMENT 'Start, UTC',
    ended_at Nullable(DateTime64(3, 'UTC')) COMMENT 'End, UTC; NULL while it is going on',
    customer String COMMENT 'Keyed hash of the customer''s identifier; empty when unknown',
    outcome LowCardinality(String) COMMENT 'open, answered, abandoned, left, refused or lost',
    first_queue LowCardinality(String) COMMENT 'First queue',
    queue LowCardinality(String) COMMENT 'Last queue',
    programme LowCardinality(String) COMMENT 'Whose contact it is',
    site LowCardinality(String) COMMENT 'Site of the last advisor',
    campaign LowCardinality(String) COMMENT 'Outbound campaign',
    channel LowCardinality(String) COMMENT 'Channel',
    direction LowCardinality(String) COMMENT 'inbound, outbound or internal',
    team LowCardinality(String) COMMENT 'Team in which the last advisor worked',
    home_team LowCardinality(String) COMMENT 'Team to which the last advisor belongs',
    advisor LowCardinality(String) COMMENT 'Last advisor',
    reason LowCardinality(String) COMMENT 'Why the customer came',
    queue_legs Int32 COMMENT 'Entries in a queue',
    advisor_legs Int32 COMMENT 'Offers to an advisor',
    wait_ms Int64 COMMENT 'Waiting time of the customer, ms',
    handle_ms Int64 COMMENT 'Time with advisors, ms',
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    offset Int64 COMMENT 'Log record that made the row known; the greatest is the contact as it stands',
    deleted UInt8 COMMENT '1: merged into another contact'
)
ENGINE = {{.Engine "contacts" "ReplacingMergeTree" "offset, deleted"}}
PARTITION BY toYYYYMM(day)
ORDER BY (centre, lane, contact, epoch, life)
TTL day + INTERVAL 13 MONTH
SETTINGS {{.DedupSettings}}
COMMENT 'Contacts, to drill down from a number. Read it with FINAL: a later row of a contact replaces the earlier ones';

{{.Distributed "contacts"}}
