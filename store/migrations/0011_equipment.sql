-- What carried a call, and what the advisor worked at: two dimensions of facts more. Facts of before have none.
{{define "equipment_columns"}}
    ADD COLUMN IF NOT EXISTS line LowCardinality(String) COMMENT 'What carried the call: the trunk it came in by, or the number that a dial presented; of grains advisor_leg and outbound' AFTER reason,
    ADD COLUMN IF NOT EXISTS workstation LowCardinality(String) COMMENT 'What the advisor worked at; of grain advisor_leg' AFTER line
{{- end -}}
ALTER TABLE {{.Local "facts"}}{{.OnCluster}}{{template "equipment_columns"}};
ALTER TABLE {{.Local "daily_facts"}}{{.OnCluster}}{{template "equipment_columns"}};
{{if .Clustered}}
ALTER TABLE {{.Name "facts"}}{{.OnCluster}}{{template "equipment_columns"}};
ALTER TABLE {{.Name "daily_facts"}}{{.OnCluster}}{{template "equipment_columns"}};
{{end}}
