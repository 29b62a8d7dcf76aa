// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// member is one member of an object whose order is kept.
type member struct {
	name  string
	value any
}

// object is a JSON object in a chosen order: the one in which the field reads its numbers.
type object []member

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// WriteJSON writes the report as one JSON object, indented. Ratios are fractions, durations milliseconds; a value
// without a denominator is null.
func (r *ReplayReport) WriteJSON(w io.Writer) error {
	scopes := make([]object, 0, len(r.Scopes))
	for i := range r.Scopes {
		scopes = append(scopes, r.Scopes[i].object())
	}
	compact, err := json.Marshal(object{{"centre", r.Centre}, {"from", instant(r.From)}, {"to", instant(r.To)},
		{"events", r.Events}, {"dead_letters", r.DeadLetters()}, {"scopes", scopes}})
	if err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return fmt.Errorf("write the report as JSON: %w", err)
	}
	out.WriteByte('\n')
	_, err = out.WriteTo(w)
	return err
}

// instant is a time as RFC 3339, or null.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339)
}

func (s *ReplayScope) object() object {
	measures := make(object, 0, len(s.Measures))
	for _, m := range s.Measures {
		measures = append(measures, member{m.Measure.String(), m.Sum})
	}
	indicators := make(object, 0, len(s.Indicators))
	for _, i := range s.Indicators {
		indicators = append(indicators, member{i.ID, object{{"value", valueOrNil(i.Value)}, {"numerator", i.Value.Numerator},
			{"denominator", i.Value.Denominator}, {"unit", i.Unit.String()}}})
	}
	o := object{{"kind", s.Kind.String()}, {"id", s.ID}}
	if s.HasWaiting {
		o = append(o, member{"waiting", s.Waiting}, member{"longest_wait_ms", s.LongestWaitMs}, member{"balance", s.Balance})
	}
	return append(o, member{"measures", measures}, member{"indicators", indicators})
}

func valueOrNil(v indicator.Value) any {
	if x, ok := v.Float(); ok {
		return x
	}
	return nil
}

// WriteCSV writes the report in long form, one number a row: kind, id, name, value, numerator, denominator, unit. The
// value is empty where there is no denominator. A count that is a measure and an indicator has one row.
func (r *ReplayReport) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"kind", "id", "name", "value", "numerator", "denominator", "unit"}}
	for i := range r.Scopes {
		rows = append(rows, r.Scopes[i].rows()...)
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("write the report as CSV: %w", err)
	}
	return nil
}

func (s *ReplayScope) rows() [][]string {
	var rows [][]string
	add := func(name, value string, numerator, denominator int64, unit indicator.Unit) {
		rows = append(rows, []string{s.Kind.String(), s.ID, name, value, strconv.FormatInt(numerator, 10),
			strconv.FormatInt(denominator, 10), unit.String()})
	}
	sum := func(name string, n int64, unit indicator.Unit) { add(name, strconv.FormatInt(n, 10), n, 1, unit) }
	if s.HasWaiting {
		sum("waiting", s.Waiting, indicator.UnitCount)
		sum("longest_wait_ms", s.LongestWaitMs, indicator.UnitMs)
		sum("balance", s.Balance, indicator.UnitCount)
	}
	seen := map[string]bool{}
	for _, m := range s.Measures {
		info := m.Measure.Info()
		seen[info.Name] = true
		sum(info.Name, m.Sum, info.Unit)
	}
	for _, i := range s.Indicators {
		if seen[i.ID] {
			continue
		}
		value := ""
		if x, ok := i.Value.Float(); ok {
			value = strconv.FormatFloat(x, 'f', -1, 64)
		}
		add(i.ID, value, i.Value.Numerator, i.Value.Denominator, i.Unit)
	}
	return rows
}
