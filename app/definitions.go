// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/store"
)

// definitionsRetry is the wait after an attempt that failed.
const definitionsRetry = 5 * time.Second

// definitions keeps the store's views and its table of configurations in step with what is in force. The store has one set
// of views, so the indicators that centres define themselves are put together there; live, each centre is shown its own.
// Two instances that do it at once do no harm.
type definitions struct {
	open  func(ctx context.Context) (*store.Store, error)
	base  *indicator.Catalogue
	log   *slog.Logger
	wake  chan struct{} // holds one
	store *store.Store  // nil until it could be opened

	mu      sync.Mutex
	pending map[string]*store.ConfigVersion // by centre
}

func newDefinitions(base *indicator.Catalogue, log *slog.Logger, open func(ctx context.Context) (*store.Store, error)) *definitions {
	return &definitions{open: open, base: base, log: log, wake: make(chan struct{}, 1), pending: map[string]*store.ConfigVersion{}}
}

// changed notes that another version is in force. It does not wait.
func (d *definitions) changed(v *store.ConfigVersion) {
	d.mu.Lock()
	d.pending[v.Centre] = v
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default: // it will find this one too
	}
}

// run follows the changes until ctx ends.
func (d *definitions) run(ctx context.Context) {
	defer func() {
		if d.store != nil {
			_ = d.store.Close() // nothing is under way
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		}
		for d.once(ctx) != nil {
			timer := time.NewTimer(definitionsRetry)
			select {
			case <-ctx.Done():
				timer.Stop()
				return
			case <-timer.C:
			}
		}
	}
}

// once stores what is pending. What fails stays pending.
func (d *definitions) once(ctx context.Context) error {
	err := d.flush(ctx)
	if err != nil && ctx.Err() == nil {
		d.log.Warn("the store does not have the newest definitions of indicators yet", "error", err, "wait", definitionsRetry)
	}
	return err
}

func (d *definitions) flush(ctx context.Context) error {
	if d.store == nil {
		st, err := d.open(ctx)
		if err != nil {
			return err
		}
		d.store = st
	}
	d.mu.Lock()
	var todo []*store.ConfigVersion
	//deterministic: the order in which centres are noted does not matter.
	for _, v := range d.pending {
		todo = append(todo, v)
	}
	d.mu.Unlock()
	for _, v := range todo {
		if err := storeDefinitions(ctx, d.store, d.base, v, d.log); err != nil {
			return err
		}
		d.mu.Lock()
		if d.pending[v.Centre] == v {
			delete(d.pending, v.Centre)
		}
		d.mu.Unlock()
	}
	return nil
}

// storeDefinitions notes a version in the store, and brings the views to what all centres define together.
func storeDefinitions(ctx context.Context, st *store.Store, base *indicator.Catalogue, v *store.ConfigVersion, log *slog.Logger) error {
	known, err := st.OwnIndicators(ctx)
	if err != nil {
		return err
	}
	noted := slices.ContainsFunc(known, func(k store.ConfigVersion) bool {
		return k.Centre == v.Centre && k.Version == v.Version && slices.Equal(k.Objects, indicatorsOf(v))
	})
	if !noted {
		if err := st.WriteConfig(ctx, v); err != nil {
			return err
		}
	}
	return refreshViews(ctx, st, base, log) // whoever noted it may not be through with the views
}

func indicatorsOf(v *store.ConfigVersion) []store.ConfigObject {
	var own []store.ConfigObject
	for _, o := range v.Objects {
		if o.Type == event.ConfigIndicator.String() {
			own = append(own, o)
		}
	}
	slices.SortFunc(own, func(a, b store.ConfigObject) int { return strings.Compare(a.ID, b.ID) })
	return own
}

// viewStore is what the views are made in.
type viewStore interface {
	OwnIndicators(context.Context) ([]store.ConfigVersion, error)
	RefreshViews(context.Context, *indicator.Catalogue) error
}

// refreshViews compiles the views of the catalogue and of the centres' own indicators. It takes a while, in which another
// instance or vigie apply may have known of newer ones and been quicker, so it looks again when it is done: whoever ends last
// leaves the newest.
func refreshViews(ctx context.Context, st viewStore, base *indicator.Catalogue, log *slog.Logger) error {
	own, err := st.OwnIndicators(ctx)
	if err != nil {
		return err
	}
	for {
		together, problems := unite(base, own)
		if problems != nil {
			log.Warn("some indicators that centres define are not in the views", "error", problems)
		}
		if err := st.RefreshViews(ctx, together); err != nil {
			return err
		}
		newest, err := st.OwnIndicators(ctx)
		if err != nil {
			return err
		}
		same := func(a, b store.ConfigVersion) bool { return a.Centre == b.Centre && slices.Equal(a.Objects, b.Objects) }
		if slices.EqualFunc(own, newest, same) {
			return nil
		}
		own = newest
	}
}

// unite puts the indicators that centres define into one catalogue. The same definition in two centres is one. What cannot
// be added, because two centres mean different things by one id or one name, is left out and said; apply refuses it before.
func unite(base *indicator.Catalogue, own []store.ConfigVersion) (*indicator.Catalogue, error) {
	taken := map[string]string{}
	var problems []error
	for _, v := range own {
		var fresh []event.ConfigObject
		for _, o := range v.Objects {
			if before, there := taken[o.ID]; there {
				if before != o.JSON {
					problems = append(problems, fmt.Errorf("centre %s defines %s otherwise than another centre", v.Centre, o.ID))
				}
				continue
			}
			fresh = append(fresh, event.ConfigObject{Type: event.ConfigIndicator, Data: []byte(o.JSON)})
		}
		with, err := base.WithOwn(v.Centre, fresh)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		base = with
		for _, o := range v.Objects {
			if _, there := taken[o.ID]; !there {
				taken[o.ID] = o.JSON
			}
		}
	}
	return base, errors.Join(problems...)
}

// storedVersion is a version as the store keeps it.
func storedVersion(centre string, version int, at event.Millis, objects []event.ConfigObject) *store.ConfigVersion {
	v := &store.ConfigVersion{Centre: centre, Version: version, AppliedAtMs: at}
	for _, o := range objects {
		v.Objects = append(v.Objects, store.ConfigObject{Type: o.Type.String(), ID: organisation.Identity(o), JSON: string(o.Data)})
	}
	return v
}

// checkDefinitions refuses indicators that another centre of the installation defines otherwise, since the views have one
// column for each.
func (c *Configs) checkDefinitions(ctx context.Context, centre string, objects []event.ConfigObject) error {
	mine := map[string]string{}
	for _, o := range organisation.Select(objects, "indicator", "") {
		mine[organisation.Identity(o)] = string(o.Data)
	}
	if len(mine) == 0 {
		return nil
	}
	var problems []error
	for p := range c.log.Partitions() {
		a, err := readArchive(ctx, c.log, p)
		if err != nil {
			return err
		}
		problems = append(problems, a.clashes(centre, mine)...)
	}
	return errors.Join(problems...)
}

// clashes compares definitions with those in force in the other centres of the partition.
func (a *archive) clashes(centre string, mine map[string]string) []error {
	newest := map[string]*ConfigVersion{}
	var centres []string
	for i := range a.versions {
		if v := &a.versions[i]; v.State == StatePublished && v.Centre != centre {
			if newest[v.Centre] == nil {
				centres = append(centres, v.Centre)
			}
			newest[v.Centre] = v
		}
	}
	var problems []error
	for _, other := range centres {
		objects, err := a.objects(newest[other])
		if err != nil {
			continue // whoever applies it next is told
		}
		for _, o := range organisation.Select(objects, "indicator", "") {
			id := organisation.Identity(o)
			if text, there := mine[id]; there && text != string(o.Data) {
				problems = append(problems, fmt.Errorf("indicators.yaml: centre %s has an indicator %s too, and it differs: %s there, %s here; "+
					"one id means one thing in the whole installation, so choose another id, or write it as there", other, id, formulaOf(o.Data), formulaOf([]byte(text))))
			}
		}
	}
	return problems
}

// formulaOf is the formula of a definition, for people.
func formulaOf(data []byte) string {
	var i event.IndicatorConfig
	if json.Unmarshal(data, &i) != nil {
		return "something else"
	}
	return i.Formula
}

// StoreConfig notes a version that was just published in the store and brings its views up to date at once, for who need
// not wait until the running pipeline does.
func StoreConfig(ctx context.Context, o store.Options, p *Plan, v *ConfigVersion, log *slog.Logger) error {
	base, err := builtIn()
	if err != nil {
		return err
	}
	st, err := openTables(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(storeDefinitions(ctx, st, base, storedVersion(v.Centre, v.Version, v.AtMs, p.Objects), log), st.Close())
}
