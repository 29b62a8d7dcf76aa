// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/organisation"
)

// publishAttempts is how often a configuration is published before we give up: each attempt can only be spoilt by somebody
// who publishes another one at the same time.
const publishAttempts = 3

// publishRecords publishes the objects and config.applied, and reads them back as the machine will. It returns the offset
// of the config.applied that counts.
func (c *Configs) publishRecords(ctx context.Context, v *ConfigVersion, objects []event.ConfigObject) (offset int64, err error) {
	events := organisation.Records(v.Centre, v.Version, v.AtMs, objects)
	partition := c.log.PartitionOf([]byte(v.Centre))
	p := c.log.NewProducer(eventlog.Events)
	defer func() { err = errors.Join(err, p.Close(context.WithoutCancel(ctx))) }()
	for range publishAttempts {
		_, from, err := c.log.Bounds(ctx, eventlog.Events, partition)
		if err != nil {
			return 0, err
		}
		if err := publishEvents(ctx, p, events, v.AtMs); err != nil {
			return 0, fmt.Errorf("%w; apply again", err)
		}
		r := readBack{centre: v.Centre, version: v.Version, hash: v.Hash}
		if err := c.readBack(ctx, partition, from, &r); err != nil {
			return 0, err
		}
		switch {
		case r.replaced != 0:
			return 0, fmt.Errorf("version %d is in the log, but somebody else published version %d right after it; "+
				"look at vigie history and apply again if yours is the right one", v.Version, r.replaced)
		case r.accepted:
			return r.offset, nil
		}
		c.logger.Warn("another configuration came in between; publishing again", "centre", v.Centre, "version", v.Version)
	}
	return 0, fmt.Errorf("version %d did not come through whole in %d attempts: somebody else publishes for centre %s at the same time; "+
		"find out who, and apply again", v.Version, publishAttempts, v.Centre)
}

// readBack follows what the machine makes of the records of one centre.
type readBack struct {
	centre  string
	version int
	hash    string

	stage    []event.ConfigObject
	decoder  event.Decoder
	accepted bool  // our version switches
	offset   int64 // where
	replaced int   // the version of another that switches after it; 0 for none
}

func (c *Configs) readBack(ctx context.Context, partition int, from int64, r *readBack) error {
	_, to, err := c.log.Bounds(ctx, eventlog.Events, partition)
	if err != nil {
		return err
	}
	err = c.log.ReadRange(ctx, eventlog.Events, partition, from, to, func(f eventlog.Fetched) error {
		r.take(f.Offset, f.Value)
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading back what was published: %w; apply again", err)
	}
	return nil
}

func (r *readBack) take(offset int64, value []byte) {
	var e event.Event
	if r.decoder.Decode(value, &e) != nil || e.Validate() != nil || e.Centre != r.centre || e.Lane != "" || !strings.HasPrefix(e.Type.String(), "config.") {
		return
	}
	if e.Type != event.ConfigApplied {
		r.stage = append(r.stage, event.ConfigObject{Type: e.Type, Data: slices.Clone(e.Data)})
		return
	}
	applied, err := event.ParseAppliedConfig(e.Data)
	stage := r.stage
	r.stage = nil
	if err != nil || applied.Count > len(stage) || event.ConfigHash(stage[len(stage)-applied.Count:]) != applied.Hash {
		return
	}
	if applied.Version == r.version && applied.Hash == r.hash {
		r.accepted, r.offset, r.replaced = true, offset, 0
		return
	}
	if r.accepted {
		r.replaced = applied.Version
	}
}

// clockRecords is how far back the log's clock is looked for: an owner ticks each second, so at 3,000 events/s the last tick
// is among these.
const clockRecords = 6000

// logTime is the time to publish at: now, unless the log's own clock is elsewhere, as in a simulation that runs faster than
// time, or in the past. An event ahead of the log's clock would wait for it.
func (c *Configs) logTime(ctx context.Context, partition int) (event.Millis, error) {
	now := c.now().UnixMilli()
	first, next, err := c.log.Bounds(ctx, eventlog.Events, partition)
	if err != nil {
		return 0, err
	}
	var decoder event.Decoder
	tick := event.Millis(0)
	err = c.log.ReadRange(ctx, eventlog.Events, partition, max(first, next-clockRecords), next, func(f eventlog.Fetched) error {
		var e event.Event
		if decoder.Decode(f.Value, &e) == nil && e.Type == event.Tick {
			tick = e.Received
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("looking for the log's clock: %w", err)
	}
	const hour = 60 * 60 * 1000
	if tick == 0 || tick > now-hour && tick < now+hour {
		return now, nil
	}
	c.logger.Info("the log's clock is not this machine's; publishing at the log's time", "log", tick, "machine", now)
	return tick, nil
}
