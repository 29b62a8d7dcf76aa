CREATE TABLE IF NOT EXISTS {{.Local "blocks"}}{{.OnCluster}}
(
    epoch LowCardinality(String) COMMENT 'Identity of the log',
    partition UInt16 COMMENT 'Partition of the log',
    first Int64 COMMENT 'First log record of the block',
    last Int64 COMMENT 'Last log record of the block',
    rows UInt32 COMMENT 'Rows of facts',
    contacts UInt32 COMMENT 'Rows of contacts',
    gauges UInt32 COMMENT 'Rows of gauges',
    hash UInt64 COMMENT 'Hash of all the rows of the block',
    version LowCardinality(String) COMMENT 'Version of the program that made it',
    written_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When the row was written, by the clock of the server, UTC'
)
ENGINE = {{.Engine "blocks" "MergeTree"}}
ORDER BY (epoch, partition, last)
SETTINGS {{.DedupSettings}}
COMMENT 'The ledger: a block is stored when, and only when, it has a row here';

{{.Distributed "blocks"}}
