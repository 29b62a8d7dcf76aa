// SPDX-License-Identifier: Apache-2.0

package live

import (
	"errors"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// ConfigChange tells that a centre is shown by another version of its configuration.
type ConfigChange struct {
	Centre  string
	Version int
	AtMs    int64 // the log's clock
	Objects []event.ConfigObject
	// Problem is why a part of the version is not shown: an object that the wall cannot read, or indicators of the centre's own
	// that this version of Vigie cannot compile.
	Problem error
}

// configuration is what the version in force says of how a centre's numbers are shown.
type configuration struct {
	config    *wall.Config
	catalogue *indicator.Catalogue // with the centre's own indicators
	problem   error
	calendar  *zone.Calendar // of the machine's configuration, by which another one is told
	targets   *targets
	scopes    int // how many scopes the targets were looked up for
}

// configuration reads what is in force when it is another one. What cannot be read stays as it was before.
func (p *part) configuration(b *Board, w *aggregator.World) *configuration {
	old := p.configurations[w.Centre()]
	if old != nil && old.calendar == w.Calendar() {
		return old
	}
	version, objects := int(w.ConfigVersion()), w.ConfigObjects()
	c := &configuration{calendar: w.Calendar()}
	var unread, uncompiled error
	if c.config, unread = wall.NewConfig(version, objects); unread != nil {
		c.config = lastConfig(old)
	}
	if c.catalogue, uncompiled = b.catalogue.WithOwn(w.Centre(), objects); uncompiled != nil {
		c.catalogue = b.catalogue
	}
	c.problem = errors.Join(unread, uncompiled)
	p.configurations[w.Centre()] = c
	if b.changed != nil {
		b.changed(ConfigChange{Centre: w.Centre(), Version: version, AtMs: w.Clock(), Objects: objects, Problem: c.problem})
	}
	return c
}

// lastConfig is the configuration that goes on when the new one cannot be read; an empty one when there was none.
func lastConfig(old *configuration) *wall.Config {
	if old != nil {
		return old.config
	}
	empty, err := wall.NewConfig(0, nil)
	if err != nil {
		panic("BUG: an empty configuration does not read: " + err.Error())
	}
	return empty
}

// targetsAt are the targets in force at an instant. They are looked up again when one begins or ends, and for a new scope.
func (c *configuration) targetsAt(r *wall.Reading) *targets {
	if c.targets == nil || r.AsOfMs >= c.targets.until || len(r.Scopes) != c.scopes {
		var scopes []wall.Scope
		//deterministic: each scope is looked up by itself.
		for s := range r.Scopes {
			scopes = append(scopes, s)
		}
		c.targets, c.scopes = targetsAt(c.config, c.catalogue, scopes, r.AsOfMs), len(scopes)
	}
	return c.targets
}
