CREATE TABLE IF NOT EXISTS {{.Name "lanes"}}{{.OnCluster}}
(
    centre LowCardinality(String) COMMENT 'Contact centre (tenant)',
    lane String COMMENT 'Lane of an import of history',
    visible UInt8 COMMENT '1: its facts count in the views; 0: they do not',
    changed_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When this was decided; the latest decision holds, UTC'
)
ENGINE = {{.EngineEverywhere "lanes" "ReplacingMergeTree" "changed_at"}}
ORDER BY (centre, lane)
COMMENT 'Which imports of history the views show. The live lane is always shown';
