// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// SayThroughLog brings a word into the log beside a running pipeline, for commands. With ClickHouse, where and since when an alert
// fires is found there.
func SayThroughLog(ctx context.Context, c *Configs, clickHouse store.Options, catalogue *indicator.Catalogue, t event.Type, w RegisterWord) (said RegisterSaid, err error) {
	producer := c.log.NewProducer(eventlog.Events)
	defer func() { err = errors.Join(err, producer.Close(context.WithoutCancel(ctx))) }()
	r := &RegisterSayer{Publisher: Publisher{producer}, Catalogue: catalogue, Own: c.catalogueOf, Find: c.findCentre}
	if clickHouse.Addr != "" {
		st, err := store.Open(ctx, clickHouse)
		if err != nil {
			return said, err
		}
		defer func() { err = errors.Join(err, st.Close()) }()
		r.Firing = func(ctx context.Context, centre, rule string) ([]FiringAlert, error) {
			return firingNow(ctx, st, centre, rule)
		}
	}
	return r.Say(ctx, t, w)
}

// findCentre finds the centre that a command means: the one that is named, or the only one that has a configuration. Times are in
// its zone, and its clock is the log's.
func (c *Configs) findCentre(ctx context.Context, centre string) (string, *time.Location, int64, error) {
	if centre == "" {
		history, err := c.History(ctx, "")
		if err != nil {
			return "", nil, 0, ask("which centre? Give centre: %v", err)
		}
		centre = history.Centre
	}
	loc := time.UTC
	newest, err := ConfigsReader(c)(ctx, centre, nil)
	if err != nil {
		return "", nil, 0, err
	}
	if len(newest) > 0 {
		if loc, err = zone.Load(newest[0].Zone); err != nil {
			return "", nil, 0, fmt.Errorf("the zone of centre %s: %w", centre, err)
		}
	}
	clock, err := c.logTime(ctx, c.log.PartitionOf([]byte(centre)))
	return centre, loc, clock, err
}
