// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
	"github.com/vigie-kpi/vigie/seeds/simulator"
	"github.com/vigie-kpi/vigie/store"
)

// engineVariable makes this test program the engine's child process.
const engineVariable = "VIGIE_DASHBOARDS_TEST_ENGINE"

var engineDir = flag.String("vigie.engine", "", "folder that keeps the engine with its simulated days, to draw previews or measure again without simulating again")

// lived is the one engine of all tests, with two simulated days of the demo centre: with four weeks for previews.
var lived struct {
	once   sync.Once
	engine *embedded.Engine
	dir    string
	err    error
}

func TestMain(m *testing.M) {
	if os.Getenv(engineVariable) != "" {
		var o embedded.EngineOptions
		for i := 1; i+1 < len(os.Args); i += 2 {
			switch os.Args[i] {
			case "--library":
				o.Library = os.Args[i+1]
			case "--data-dir":
				o.DataDir = os.Args[i+1]
			case "--addr":
				o.Addr = os.Args[i+1]
			case "--config-file":
				o.ConfigFile = os.Args[i+1]
			}
		}
		if err := embedded.ServeEngine(context.Background(), o.FromParent()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	code := m.Run()
	if lived.engine != nil {
		_ = lived.engine.Close()
	}
	if lived.dir != "" && lived.dir != *engineDir {
		_ = os.RemoveAll(lived.dir)
	}
	os.Exit(code)
}

// demoDay is when the boards of the tests are looked at: in the afternoon of the demo day, in the centre's zone.
var demoDay = time.Date(2026, 11, 17, 16, 20, 0, 0, time.UTC)

// demoOptions are the options of the demo centre.
func demoOptions(t testing.TB, languages ...indicator.Language) *Options {
	t.Helper()
	o, err := organisation.Read(seeds.CapRivage(), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(languages) == 0 {
		languages = []indicator.Language{indicator.English, indicator.French}
	}
	return &Options{Catalogue: catalogue, Centre: CentreOf(o, catalogue, demoDay.UnixMilli()), Languages: languages}
}

// engineAddr is the address of the engine, which the first test that asks fills with simulated days.
func engineAddr(t testing.TB) string {
	t.Helper()
	lived.once.Do(func() { lived.err = live() })
	if lived.err != nil {
		t.Fatal(lived.err)
	}
	return lived.engine.Addr()
}

// firstDay is the first simulated day: previews want curves over weeks.
func firstDay() time.Time {
	days := 1
	if *previewDir != "" {
		days = 28
	}
	return time.Date(2026, 11, 17-days, 0, 0, 0, 0, time.UTC)
}

// live simulates the demo day and what comes before it into a new store; one that is kept is opened as it is.
func live() error {
	ctx := context.Background()
	var err error
	lived.dir = *engineDir
	if lived.dir == "" {
		if lived.dir, err = os.MkdirTemp("", "vigie-dashboards-"); err != nil {
			return err
		}
	}
	lived.engine, err = embedded.StartEngine(ctx, embedded.StartOptions{DataDir: lived.dir, Command: []string{os.Args[0]},
		Env: []string{engineVariable + "=1"}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	catalogue, err := indicator.Load()
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{Addr: "http://" + lived.engine.Addr()})
	if err != nil {
		return err
	}
	defer st.Close()
	if err := errors.Join(st.Migrate(ctx), st.RefreshViews(ctx, catalogue)); err != nil {
		return err
	}
	if before, err := post(lived.engine.Addr(), "vigie", "SELECT count() FROM daily_passes"); err != nil || before.Data[0][0] != 0.0 {
		return err // the end of what is below was reached in a run before, whose folder is kept
	}
	w, err := st.OpenWriter(ctx, "e1", 0, store.WriterOptions{})
	if err != nil {
		return err
	}
	o, err := organisation.Read(seeds.CapRivage(), organisation.Options{})
	if err != nil {
		return err
	}
	d := &digest{machine: aggregator.New(0), builder: store.NewBuilder(), writer: w}
	if err := d.configure(o); err != nil {
		return err
	}
	if _, err := simulator.Run(simulator.CapRivage(o), &simulator.Options{From: organisation.Date(firstDay().Format(time.DateOnly)), To: "2026-11-18", Seed: simulator.CapRivageSeed}, d); err != nil {
		return err
	}
	if err := d.flush(); err != nil {
		return err
	}
	_, err = st.RunDaily(ctx, store.DailyOptions{Centre: "cap-rivage", Kind: store.DailyFull})
	return err
}

// digest is the machine between the simulator and the store. It ticks as an owner does, and less often in weeks of which
// boards ask no samples.
type digest struct {
	machine *aggregator.Machine
	builder *store.Builder
	writer  *store.Writer
	offset  int64
	first   int64
	ticked  event.Millis
}

func (d *digest) configure(o *organisation.Organisation) error {
	for _, e := range organisation.Records("cap-rivage", 1, firstDay().UnixMilli(), o.Objects()) {
		if err := d.step(&e); err != nil {
			return err
		}
	}
	return nil
}

// Put implements simulator.Sink.
func (d *digest) Put(e *event.Event) error {
	every := event.Millis(10_000)
	if demoDay.UnixMilli()-int64(e.Received) > 48*hourMs {
		every = 60_000
	}
	if d.ticked == 0 {
		d.ticked = e.Received - e.Received%every
	}
	for d.ticked+every <= e.Received {
		d.ticked += every
		if err := d.step(&event.Event{ID: fmt.Sprint(d.ticked), Source: "owner", Type: event.Tick, Time: d.ticked, Received: d.ticked}); err != nil {
			return err
		}
	}
	return d.step(e)
}

func (d *digest) step(e *event.Event) error {
	d.machine.Step(d.offset, event.AppendJSON(nil, e))
	d.offset++
	ready := d.machine.Ready()
	if err := d.builder.AddFacts(ready.Facts, ready.Incs); err != nil {
		return err
	}
	d.builder.AddGauges(ready.Gauges)
	d.builder.AddContacts(ready.Contacts)
	d.builder.AddOutcomes(ready.Outcomes)
	d.builder.AddTransitions(ready.Transitions)
	d.builder.AddRegister(ready.Register)
	d.machine.Clear()
	if d.builder.Rows() > 200_000 {
		return d.flush()
	}
	return nil
}

func (d *digest) flush() error {
	last := d.machine.Offset()
	if err := d.writer.Write(context.Background(), d.builder.Seal("e1", 0, d.first, last, "test")); err != nil {
		return err
	}
	d.first = last + 1
	return nil
}
