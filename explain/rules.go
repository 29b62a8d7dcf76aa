// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// Configuration is one version of a centre's configuration, as far as explanations need it.
type Configuration struct {
	Version uint32
	Zone    string
	centre  event.CentreConfig
	queues  map[string][]event.QueueConfig // by queue, in the order of From
}

// DefaultConfiguration is version 0: what applies before anything was configured.
func DefaultConfiguration() *Configuration {
	return &Configuration{Zone: "UTC", centre: event.DefaultCentreConfig("UTC")}
}

// ReadConfiguration reads the objects of a version.
func ReadConfiguration(version uint32, objects []event.ConfigObject) (*Configuration, error) {
	c := DefaultConfiguration()
	c.Version, c.queues = version, map[string][]event.QueueConfig{}
	for _, o := range objects {
		switch o.Type {
		case event.ConfigCentre:
			centre, err := event.ParseCentreConfig(o.Data)
			if err != nil {
				return nil, fmt.Errorf("reading version %d of the configuration: %w", version, err)
			}
			c.centre, c.Zone = centre, centre.Zone
		case event.ConfigQueue:
			q, err := event.ParseQueueConfig(o.Data)
			if err != nil {
				return nil, fmt.Errorf("reading version %d of the configuration: %w", version, err)
			}
			c.queues[q.Queue] = append(c.queues[q.Queue], q)
		}
	}
	//deterministic: each list is sorted by itself.
	for _, dated := range c.queues {
		slices.SortStableFunc(dated, func(a, b event.QueueConfig) int { return cmp.Compare(a.From, b.From) })
	}
	return c, nil
}

// Rule is what a queue's waits are judged by.
type Rule struct {
	Version        uint32 `json:"version"`
	Queue          string `json:"queue"`
	ThresholdMs    int64  `json:"threshold_ms"`
	ShortAbandonMs int64  `json:"short_abandon_ms"`
	Variant        string `json:"variant"`
}

// ruleAt is the rule of a queue for a wait that began at an instant. Before its first date a queue follows its first rule.
func (c *Configuration) ruleAt(queue string, atMs int64) Rule {
	q := event.QueueConfig{}
	if dated := c.queues[queue]; len(dated) > 0 {
		q = dated[0]
		for _, d := range dated {
			if d.From <= atMs {
				q = d
			}
		}
	}
	q = q.WithDefaults(c.centre)
	return Rule{c.Version, queue, q.ThresholdMs, q.ShortAbandonMs, q.Variant}
}

// rules finds the rule of a fact among the configurations that are known, and remembers those that applied.
type rules struct {
	known   map[uint32]*Configuration
	applied []Rule
}

// of returns nil where the version is not known.
func (r *rules) of(version uint32, queue string, atMs int64) *Rule {
	c := r.known[version]
	if c == nil || queue == "" {
		return nil
	}
	rule := c.ruleAt(queue, atMs)
	if !slices.Contains(r.applied, rule) {
		r.applied = append(r.applied, rule)
	}
	return &rule
}

// list is those that applied, by queue and version.
func (r *rules) list() []Rule {
	slices.SortFunc(r.applied, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Queue, b.Queue), cmp.Compare(a.Version, b.Version), cmp.Compare(a.ThresholdMs, b.ThresholdMs))
	})
	return r.applied
}
