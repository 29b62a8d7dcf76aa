// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// What is sampled is compared too: the indicators over the gauges of the machine's newest sample, and those of its row in the views.

// scopeID is a scope, by name; "" for the centre.
type scopeID struct {
	kind indicator.ScopeKind
	id   string
}

// take keeps the newest sample of the live lane.
func (c *comparison) take(gauges []aggregator.Gauge) {
	for i := range gauges {
		g := &gauges[i]
		if g.World.Lane() != "" || g.World.Centre() != c.log.centre {
			continue
		}
		if g.At != c.sampleAt {
			c.sampleAt, c.sample = g.At, map[scopeID][]int64{}
		}
		values := make([]int64, indicator.NumGauges)
		for kind, n := range g.Values {
			gauge, ok := indicator.ParseGauge(aggregator.GaugeKind(kind).String())
			if !ok {
				c.t.Fatalf("no formula can name %s", aggregator.GaugeKind(kind))
			}
			values[gauge] = n
		}
		c.sample[scopeID{g.Scope, g.World.Name(g.Name)}] = values
	}
}

// samples compares the newest sample with its rows in the views, by one statement.
func (c *comparison) samples(centre string) {
	c.t.Helper()
	var parts []string
	shown := map[indicator.ScopeKind][]*indicator.Indicator{}
	for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
		shown[kind] = store.SampleIndicators(c.catalogue.Indicators(), kind)
		if len(shown[kind]) == 0 {
			continue
		}
		id := "''"
		if kind != indicator.ScopeCentre {
			id = kind.String()
		}
		var numbers []string
		for _, i := range shown[kind] {
			numbers = append(numbers, fmt.Sprintf("concat(ifNull(toString(%[1]s), 'null'), ' ', toString(%[1]s_num), ' ', toString(%[1]s_den))", i.ID))
		}
		parts = append(parts, fmt.Sprintf("SELECT toUInt8(%d) AS kind, toString(%s) AS id, [%s] AS numbers FROM vigie.%s WHERE centre = '%s' AND at = fromUnixTimestamp64Milli(%d)",
			kind, id, strings.Join(numbers, ", "), store.SampleViewName(kind), centre, c.sampleAt))
	}
	body, err := post(c.t, c.addr, strings.Join(parts, "\nUNION ALL\n")+" FORMAT JSONCompact")
	if err != nil {
		c.t.Fatal(err)
	}
	var answer struct{ Data [][]json.RawMessage }
	if err := json.Unmarshal(body, &answer); err != nil {
		c.t.Fatal(err)
	}
	seen := 0
	for _, row := range answer.Data {
		var kind indicator.ScopeKind
		var id string
		var numbers []string
		if err := errors.Join(json.Unmarshal(row[0], &kind), json.Unmarshal(row[1], &id), json.Unmarshal(row[2], &numbers)); err != nil {
			c.t.Fatal(err)
		}
		gauges, known := c.sample[scopeID{kind, id}]
		if !known {
			c.t.Errorf("SQL has a sample of %s %q at %d, the machine has none", kind, id, c.sampleAt)
			continue
		}
		seen++
		for i, ind := range shown[kind] {
			c.oneSample(ind, scopeID{kind, id}, ind.EvalNow(nil, gauges), numbers[i])
		}
	}
	if seen != len(c.sample) {
		c.t.Errorf("SQL has %d samples at %d, the machine %d", seen, c.sampleAt, len(c.sample))
	}
}

func (c *comparison) oneSample(ind *indicator.Indicator, s scopeID, live indicator.Value, stored string) {
	c.sampled++
	value, valid := live.Float()
	if valid && live.Numerator != 0 {
		c.sampledTelling++
	}
	words := strings.Fields(stored)
	got, err := strconv.ParseFloat(words[0], 64)
	same := valid && err == nil && got == value || !valid && words[0] == "null"
	if !same || words[1] != strconv.FormatInt(live.Numerator, 10) || words[2] != strconv.FormatInt(live.Denominator, 10) {
		c.t.Errorf("%s of %s %s at %d: live %d/%d = %v %v; SQL %s", ind.ID, s.kind, s.id, c.sampleAt, live.Numerator, live.Denominator, value, valid, stored)
	}
}
