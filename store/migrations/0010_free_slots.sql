-- Free slots: how many contacts the people on queue could still take.
ALTER TABLE {{.Local "gauges"}}{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS slots_free Int64 COMMENT 'Contacts that the advisors on queue could still take at that moment' AFTER oldest_item_ms;
{{if .Clustered}}
ALTER TABLE {{.Name "gauges"}}{{.OnCluster}}
    ADD COLUMN IF NOT EXISTS slots_free Int64 COMMENT 'Contacts that the advisors on queue could still take at that moment' AFTER oldest_item_ms;
{{end}}
