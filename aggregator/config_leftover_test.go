// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"strconv"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// A publisher that broke off leaves objects without their config.applied, and a batch whose answer was lost is stored
// twice. Neither may spoil what is published whole after it: the announced count says which objects are meant.
func TestConfigurationComesThroughAfterLeftovers(t *testing.T) {
	const at = 1763366400_000
	centre := event.ConfigObject{Type: event.ConfigCentre, Data: []byte(`{"zone":"Europe/Paris","unknown_queues":"refuse"}`)}
	queue := event.ConfigObject{Type: event.ConfigQueue, Data: []byte(`{"queue":"support"}`)}
	stale := event.ConfigObject{Type: event.ConfigQueue, Data: []byte(`{"queue":"gone"}`)}
	set := []event.ConfigObject{centre, queue}
	applied := func(count int) event.ConfigObject {
		return event.ConfigObject{Type: event.ConfigApplied, Data: []byte(`{"version":1,"count":` + strconv.Itoa(count) + `,"hash":"` + event.ConfigHash(set) + `"}`)}
	}
	play := func(objects ...event.ConfigObject) *run {
		r := newRun(t)
		for i, o := range objects {
			r.put(event.Event{ID: "c" + strconv.Itoa(i), Source: "apply", Type: o.Type, Time: at, Centre: centreID, Data: o.Data}, at)
		}
		for _, name := range []string{"support", "gone"} {
			r.put(event.Event{ID: "e-" + name, Source: "pbx", Type: event.QueueEntered, Time: at, Centre: centreID, Contact: name, Queue: name}, at)
		}
		return r
	}
	for name, r := range map[string]*run{
		"whole":                  play(centre, queue, applied(2)),
		"after one broken off":   play(stale, centre, queue, applied(2)),
		"a batch stored twice":   play(centre, queue, centre, queue, applied(2)),
		"the end stored twice":   play(centre, queue, applied(2), queue, applied(2)),
		"broken off after it":    play(centre, queue, applied(2), stale),
		"refused, then repeated": play(queue, applied(2), centre, queue, applied(2)),
	} {
		if r.dead[aggregator.ReasonUnknownQueue] != 1 {
			t.Errorf("%s: dead letters %v; want the configuration in force: support known, gone refused", name, r.dead)
		}
	}
	if r := play(queue, applied(2)); r.dead[aggregator.ReasonBadConfig] != 1 || r.dead[aggregator.ReasonUnknownQueue] != 0 {
		t.Errorf("one of two objects: dead letters %v; want the configuration refused", r.dead)
	}
	if r := play(centre, stale, applied(2)); r.dead[aggregator.ReasonBadConfig] != 1 {
		t.Errorf("another object than announced: dead letters %v; want the configuration refused", r.dead)
	}
}
