-- What an alert said, in the words of the rule that was in force. Rows of before have none: their readers show the rule's id.
{{define "text_columns"}}
    ADD COLUMN IF NOT EXISTS text_en String DEFAULT '' COMMENT 'The line of its rule with the value, as receivers are told when it fires and is over, without the name of the scope at its head; English. Empty in rows of before migration 12' AFTER denominator,
    ADD COLUMN IF NOT EXISTS text_fr String DEFAULT '' COMMENT 'The same; French' AFTER text_en,
    ADD COLUMN IF NOT EXISTS short_en String DEFAULT '' COMMENT 'The few words of a wall, or text_en when the rule has none' AFTER text_fr,
    ADD COLUMN IF NOT EXISTS short_fr String DEFAULT '' COMMENT 'The same; French' AFTER short_en
{{- end -}}
ALTER TABLE {{.Local "alerts"}}{{.OnCluster}}{{template "text_columns"}};
{{if .Clustered}}
ALTER TABLE {{.Name "alerts"}}{{.OnCluster}}{{template "text_columns"}};
{{end}}
