// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"encoding/json"
	"fmt"

	"github.com/vigie-kpi/vigie/event"
)

// RecordSource is the source of the events that publish a configuration.
const RecordSource = "vigie"

// Records are the events that put objects in force: one for each object, then config.applied, which counts and hashes
// them. The id tells the version, so that publishing the same version again repeats the same events.
func Records(centre string, version int, at event.Millis, objects []event.ConfigObject) []event.Event {
	applied, err := json.Marshal(event.AppliedConfig{Version: version, Count: len(objects), Hash: event.ConfigHash(objects)})
	if err != nil {
		panic("BUG: config.applied holds numbers and a string only, yet: " + err.Error())
	}
	events := make([]event.Event, 0, len(objects)+1)
	add := func(o event.ConfigObject) {
		events = append(events, event.Event{ID: fmt.Sprintf("config-%d-%d", version, len(events)), Source: RecordSource, Type: o.Type,
			Time: at, Received: at, Centre: centre, Data: o.Data})
	}
	for _, o := range objects {
		add(o)
	}
	add(event.ConfigObject{Type: event.ConfigApplied, Data: applied})
	return events
}
