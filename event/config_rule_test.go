// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strings"
	"testing"
)

// A rule that contradicts itself is refused, with what to write instead.
func TestRuleConfig(t *testing.T) {
	const rest = `"when":"waiting > 3","severity":"info","audience":"wall","summary_en":"x","summary_fr":"x"`
	if _, err := ParseRuleConfig([]byte(`{"rule":"r","scope_kind":"queue",` + rest + `}`)); err != nil {
		t.Fatal(err)
	}
	for members, want := range map[string]string{
		`"rule":"9r","scope_kind":"queue"`:                                                              "data.rule: found \"9r\", write letters",
		`"rule":"r","scope_kind":"advisor"`:                                                             "data.scope_kind: found \"advisor\"",
		`"rule":"r","scope_kind":"queue","only":["a"],"except":["b"]`:                                   "data.except: given together with only",
		`"rule":"r","scope_kind":"queue","limits":{"a":"3"}`:                                            "data.limit: missing",
		`"rule":"r","scope_kind":"team","always":true`:                                                  "data.always: only a rule on queues",
		`"rule":"r","scope_kind":"queue","hours":"20:00-08:00"`:                                         "data.hours: found \"20:00-08:00\", it closes before it opens",
		`"rule":"r","scope_kind":"queue","days":["monday","monday"]`:                                    "data.days: monday is given twice",
		`"rule":"r","scope_kind":"queue","for_ms":86400001`:                                             "data.for_ms: found 86400001",
		`"rule":"r","scope_kind":"queue","labels":{"scope":"x"}`:                                        "data.labels: scope is a label that every alert has",
		`"rule":"r","scope_kind":"queue","inhibited_by":[{"match":{}}]`:                                 "data.inhibited_by: no label to match",
		`"rule":"r","scope_kind":"queue","inhibited_by":[{"match":{"alertname":"r"},"equal":["site"]}]`: "the rule would silence itself",
	} {
		_, err := ParseRuleConfig([]byte(`{` + members + `,` + rest + `}`))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", members, err, want)
		}
	}
}
