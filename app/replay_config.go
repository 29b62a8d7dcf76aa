// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// Overrides change an organisation for one run, for example to see another threshold. The zero value changes nothing.
type Overrides struct {
	Zone           string           // IANA name; "" keeps the configured one
	ThresholdMs    int64            // of queues without their own; 0 keeps the configured one
	QueueThreshold map[string]int64 // of single queues, in ms, at all times
	ShortAbandonMs *int64           // of queues without their own; nil keeps the configured one
}

// apply changes c and checks the result.
func (o *Overrides) apply(c *organisation.Organisation) error {
	if o.Zone != "" {
		c.Centre.Zone = o.Zone
	}
	if o.ThresholdMs != 0 {
		c.Centre.ThresholdMs = o.ThresholdMs
	}
	if o.ShortAbandonMs != nil {
		c.Centre.ShortAbandonMs, c.ShortGiven = *o.ShortAbandonMs, true
	}
	c.FitShort()
	if err := c.Centre.Validate(); err != nil {
		return fmt.Errorf("the centre's settings contradict each other: %w", err)
	}
	c.Queues = slices.Clone(c.Queues)
	for _, queue := range sortedNames(o.QueueThreshold) {
		overrideQueue(c, queue, o.QueueThreshold[queue])
	}
	return nil
}

func overrideQueue(c *organisation.Organisation, queue string, thresholdMs int64) {
	known := false
	for i := range c.Queues {
		if q := &c.Queues[i]; q.Queue == queue {
			q.ThresholdMs, known = thresholdMs, true
			q.ShortAbandonMs = min(q.ShortAbandonMs, thresholdMs)
		}
	}
	if !known {
		c.Queues = append(c.Queues, organisation.Queue{QueueConfig: event.QueueConfig{Queue: queue, ThresholdMs: thresholdMs}})
	}
}

// configRecords are the events that put c in force at an instant. They are checked: what the command line adds was in no
// file.
func configRecords(c *organisation.Organisation, centre string, at event.Millis) ([]event.Event, error) {
	records := organisation.Records(centre, 1, at, c.Objects())
	for i := range records {
		if err := records[i].Validate(); err != nil {
			return nil, fmt.Errorf("configuring the centre, %s: %w", records[i].Type, err)
		}
	}
	return records, nil
}

// sortedNames lists a map's keys in order.
func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
