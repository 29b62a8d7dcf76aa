{{define "words"}}
    COMMENT COLUMN state 'State after the transition: pending, firing, resolved, or inactive for one that never fired',
    COMMENT COLUMN reason 'What the rule found at that moment: true, false, between, closed, silent, no_data, too_few or removed',
    COMMENT COLUMN numerator 'Numerator of what the rule shows, when it fires and when it is over; of a gauge or a measure the value',
    COMMENT COLUMN denominator 'Denominator of what the rule shows; 0: it has no value'{{end -}}
-- For whom the alert was, and a number for each transition of a record: two of the same instant are both kept.
ALTER TABLE {{.Local "alerts"}}{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS audience LowCardinality(String) COMMENT 'Whom the rule calls: wall or page' AFTER severity,
    ADD COLUMN IF NOT EXISTS seq UInt32 COMMENT 'Number of the transition among those of its log record' AFTER offset,
    MODIFY ORDER BY (centre, rule, scope, id, at, epoch, partition, offset, seq);

ALTER TABLE {{.Local "alerts"}}{{.OnCluster}}{{template "words"}};
{{if .Clustered}}
ALTER TABLE {{.Name "alerts"}}{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS audience LowCardinality(String) COMMENT 'Whom the rule calls: wall or page' AFTER severity,
    ADD COLUMN IF NOT EXISTS seq UInt32 COMMENT 'Number of the transition among those of its log record' AFTER offset;

ALTER TABLE {{.Name "alerts"}}{{.OnCluster}}{{template "words"}};
{{end}}
