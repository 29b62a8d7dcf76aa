// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// DefaultZone is the time zone of a centre that does not say its own.
const DefaultZone = "UTC"

// Config is the configuration of one centre: what goes into the log as config.* records. LoadConfig reads it from a
// folder.
type Config struct {
	CentreID string // "" when the folder does not say
	Centre   event.CentreConfig
	Queues   []event.QueueConfig
	Advisors []event.AdvisorConfig
	States   map[string]string // category of each reason not to be ready

	shortGiven bool // the centre's short-abandon threshold was chosen, so must not be bent to fit
}

// DefaultConfig is the configuration of a centre that says nothing: UTC, T = 20 s, S = 5 s.
func DefaultConfig() Config {
	return Config{Centre: event.DefaultCentreConfig(DefaultZone)}
}

// Overrides change a Config for one run, for example to see another threshold. The zero value changes nothing.
type Overrides struct {
	Zone           string           // IANA name; "" keeps the configured one
	ThresholdMs    int64            // of queues without their own; 0 keeps the configured one
	QueueThreshold map[string]int64 // of single queues, in ms, at all times
	ShortAbandonMs *int64           // of queues without their own; nil keeps the configured one
}

// apply changes c and checks the result.
func (c *Config) apply(o *Overrides) error {
	if o.Zone != "" {
		c.Centre.Zone = o.Zone
	}
	if o.ThresholdMs != 0 {
		c.Centre.ThresholdMs = o.ThresholdMs
	}
	if o.ShortAbandonMs != nil {
		c.Centre.ShortAbandonMs, c.shortGiven = *o.ShortAbandonMs, true
	}
	c.fitShortAbandon()
	if err := c.Centre.Validate(); err != nil {
		return fmt.Errorf("the centre's settings contradict each other: %w", err)
	}
	for _, queue := range sortedNames(o.QueueThreshold) {
		c.overrideQueue(queue, o.QueueThreshold[queue])
	}
	return nil
}

// fitShortAbandon keeps S <= T when nobody chose S.
func (c *Config) fitShortAbandon() {
	if !c.shortGiven {
		c.Centre.ShortAbandonMs = min(c.Centre.ShortAbandonMs, c.Centre.ThresholdMs)
	}
}

func (c *Config) overrideQueue(queue string, thresholdMs int64) {
	known := false
	for i := range c.Queues {
		if q := &c.Queues[i]; q.Queue == queue {
			q.ThresholdMs, known = thresholdMs, true
			q.ShortAbandonMs = min(q.ShortAbandonMs, thresholdMs)
		}
	}
	if !known {
		c.Queues = append(c.Queues, event.QueueConfig{Queue: queue, ThresholdMs: thresholdMs})
	}
}

// records are the events that put c in force at an instant: one for each object, then config.applied. They are checked;
// the error names the object.
func (c *Config) records(centre string, version int, at event.Millis) ([]event.Event, error) {
	b := configRecords{centre: centre, at: at}
	b.add(event.ConfigCentre, "the centre", c.Centre)
	for i := range c.Queues {
		b.add(event.ConfigQueue, "queue "+c.Queues[i].Queue, c.Queues[i])
	}
	for i := range c.Advisors {
		b.add(event.ConfigAdvisor, "advisor "+c.Advisors[i].Advisor, c.Advisors[i])
	}
	if len(c.States) > 0 {
		b.add(event.ConfigStates, "the states", event.StatesConfig{Categories: c.States})
	}
	b.add(event.ConfigApplied, "the configuration", event.AppliedConfig{Version: version, Count: len(b.types),
		Hash: aggregator.ConfigHash(b.types, b.data)})
	return b.events, errors.Join(b.errs...)
}

// configRecords collects records and what is wrong with them.
type configRecords struct {
	centre string
	at     event.Millis
	types  []event.Type
	data   [][]byte
	events []event.Event
	errs   []error
}

func (b *configRecords) add(t event.Type, what string, payload any) {
	data, err := json.Marshal(payload)
	if err != nil {
		panic("BUG: a configuration holds strings and integers only, yet: " + err.Error())
	}
	e := event.Event{ID: fmt.Sprintf("config-%d", len(b.events)), Source: "vigie", Type: t, Time: b.at, Received: b.at,
		Centre: b.centre, Data: data}
	if err := e.Validate(); err != nil {
		b.errs = append(b.errs, fmt.Errorf("configure %s: %w", what, err))
	}
	b.types, b.data, b.events = append(b.types, t), append(b.data, data), append(b.events, e)
}
