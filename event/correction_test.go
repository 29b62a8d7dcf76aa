// SPDX-License-Identifier: Apache-2.0

package event

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCorrection(t *testing.T) {
	got, err := ParseCorrection([]byte(`{"grain":"queue_leg","measures":{"offered":3,"abandoned":3,"wait_abandoned_ms":-4500},"note":"outage-2026-11-17"}`))
	want := Correction{Grain: "queue_leg", Measures: map[string]int64{"offered": 3, "abandoned": 3, "wait_abandoned_ms": -4500}, Note: "outage-2026-11-17"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	for _, data := range []string{`{"measures":{"offered":1}}`, `{"measures":{"sale_cents":-1000000000000}}`, `{"measures":{"a name that nobody knows":1}}`,
		`{"measures":{"handled":1},"note":"A.b_C-9"}`} {
		if _, err := ParseCorrection([]byte(data)); err != nil {
			t.Errorf("%s: %v", data, err)
		}
	}
}

func TestParseCorrectionRefuses(t *testing.T) {
	many := map[string]int64{}
	for i := range 65 {
		many[fmt.Sprint("m", i)] = 1
	}
	tooMany, err := json.Marshal(Correction{Measures: many})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		data, field string
		reason      Reason
	}{
		{`{}`, "data.measures", ReasonMissing},
		{`{"measures":{}}`, "data.measures", ReasonOutOfRange},
		{string(tooMany), "data.measures", ReasonOutOfRange},
		{`{"measures":{"offered":0}}`, "data.measures.offered", ReasonOutOfRange},
		{`{"measures":{"offered":1000000000001}}`, "data.measures.offered", ReasonOutOfRange},
		{`{"measures":{"offered":-1000000000001}}`, "data.measures.offered", ReasonOutOfRange},
		{`{"measures":{"offered":1.5}}`, "data.measures", ReasonWrongType},
		{`{"measures":{"offered":"1"}}`, "data.measures", ReasonWrongType},
		{`{"measures":{"offered":1,"offered":2}}`, "data.measures.offered", ReasonDuplicate},
		{`{"measures":{"":1}}`, "data.measures", ReasonMissing},
		{`{"measures":["offered"]}`, "data.measures", ReasonWrongType},
		{`{"measures":{"offered":1},"measure":1}`, "data.measure", ReasonUnknownAttribute},
		{`{"measures":{"offered":1},"note":"Madame Durand called"}`, "data.note", ReasonBadCharacter},
		{`{"measures":{"offered":1},"note":"réseau"}`, "data.note", ReasonBadCharacter},
		{`{"measures":{"offered":1},"note":"` + strings.Repeat("x", 65) + `"}`, "data.note", ReasonTooLong},
	} {
		t.Run(c.data[:min(len(c.data), 60)], func(t *testing.T) {
			_, err := ParseCorrection([]byte(c.data))
			wantFieldError(t, err, c.field, c.reason)
		})
	}
}
