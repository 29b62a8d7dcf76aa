// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"sync"

	"github.com/vigie-kpi/vigie/live"
	"github.com/vigie-kpi/vigie/store"
)

// past reads what the store holds, for live pages and for explanations. It has a connection of its own, made when it is
// first needed: the pipeline starts while ClickHouse is away.
type past struct {
	options store.Options
	mu      sync.Mutex
	store   *store.Store // nil until somebody could open it
}

// history is how the live pages read the past; nil without a store.
func (a *App) history() (live.History, live.Samples) {
	if a.o.ClickHouse.Addr == "" {
		return nil, nil
	}
	return a.past.read, a.past.samples
}

// read implements live.History.
func (p *past) read(ctx context.Context, q live.HistoryQuery) ([]live.HistoryRow, error) {
	st, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	sums, err := st.QueryIntervals(ctx, store.IntervalQuery{Centre: q.Centre, Kind: q.Kind, FromDay: q.FromDay, ToDay: q.ToDay,
		Quarters: q.Quarters, Measures: q.Measures})
	if err != nil {
		return nil, err
	}
	rows := make([]live.HistoryRow, len(sums))
	for i, s := range sums {
		rows[i] = live.HistoryRow{ID: s.ID, Day: s.Day, QuarterMs: s.QuarterMs, Measures: s.Measures}
	}
	return rows, nil
}

// samples implements live.Samples.
func (p *past) samples(ctx context.Context, q live.SampleQuery) ([]live.Sample, error) {
	st, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	found, err := st.QuerySamples(ctx, store.SampleQuery{Centre: q.Centre, Kind: q.Kind, Gauge: q.Gauge, FromMs: q.FromMs, ToMs: q.ToMs, EveryMs: q.EveryMs})
	if err != nil {
		return nil, err
	}
	list := make([]live.Sample, len(found))
	for i, s := range found {
		list[i] = live.Sample(s)
	}
	return list, nil
}

func (p *past) open(ctx context.Context) (*store.Store, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.store == nil {
		st, err := store.Open(ctx, p.options)
		if err != nil {
			return nil, err
		}
		p.store = st
	}
	return p.store, nil
}

func (p *past) close(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.store == nil {
		return nil
	}
	st := p.store
	p.store = nil
	return st.Close()
}
