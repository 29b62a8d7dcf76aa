-- The log's clock of a block, from which view revisions tells what became known late.
ALTER TABLE {{.Local "blocks"}}{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS clock DateTime64(3, 'UTC') COMMENT 'The clock of the log at the last record, UTC; 1970 for blocks of versions that did not note it' AFTER version;
{{if .Clustered}}
ALTER TABLE {{.Name "blocks"}}{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS clock DateTime64(3, 'UTC') COMMENT 'The clock of the log at the last record, UTC; 1970 for blocks of versions that did not note it' AFTER version;
{{end}}
