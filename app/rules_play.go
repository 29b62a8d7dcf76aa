// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/alerts/ruletest"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// RunRuleTests runs a file of tests of alert rules. The error says why they could not be run; what did not come as expected is in
// the results.
func RunRuleTests(path string) ([]ruletest.Result, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the tests: %w", err)
	}
	file, err := ruletest.Read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	beside := func(name string) string {
		if filepath.IsAbs(name) {
			return name
		}
		return filepath.Join(filepath.Dir(path), name)
	}
	folder := beside(file.Organisation)
	o, err := ReadOrganisation(os.DirFS(folder), folder)
	if err != nil {
		return nil, err
	}
	settings, err := ruletest.NewSettings(o.Objects())
	if err != nil {
		return nil, fmt.Errorf("reading the organisation %s: %w", folder, err)
	}
	centre := o.ID
	if centre == "" {
		centre = DefaultCentre
	}
	plan := ruletest.Plan{Centre: centre, Settings: settings,
		Play: func(recording string) ([]ruletest.Change, error) { return playRecording(beside(recording), o, centre) }}
	catalogue, err := CatalogueOf(o)
	if err != nil {
		return nil, err
	}
	for _, r := range settings.Rules {
		rule, err := alerts.Compile(catalogue, r)
		if err != nil {
			return nil, fmt.Errorf("the rule %s: %w", r.Rule, err)
		}
		plan.Rules = append(plan.Rules, rule)
	}
	results, err := file.Run(plan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return results, nil
}

// playRecording runs a file of events through the machine, as its log would, and tells which alerts fired when.
func playRecording(path string, o *organisation.Organisation, centre string) ([]ruletest.Change, error) {
	var changes []ruletest.Change
	p := newRulePlayer(o, centre, func(r aggregator.Ready) {
		for _, set := range r.Alerts() {
			changes = append(changes, ruletest.Change{At: set.At, Firing: ruletest.Firing(set.Alerts)})
		}
	})
	err := p.playFile(path)
	return changes, err
}

// rulePlayer feeds a machine with what happens to one centre, as its log would, and hands over what the machine says.
type rulePlayer struct {
	machine      *aggregator.Machine
	organisation *organisation.Organisation
	centre       string
	offset       int64
	clock, began int64 // of the last tick, and of the first; 0 before the first event
	hand         func(aggregator.Ready)
	record       []byte
}

func newRulePlayer(o *organisation.Organisation, centre string, hand func(aggregator.Ready)) *rulePlayer {
	return &rulePlayer{machine: aggregator.New(0), organisation: o, centre: centre, hand: hand}
}

// playerTickMs is how often the clock is told: at the borders of panes, where rules are evaluated.
const playerTickMs = 10_000

// playFile feeds a file of events, one JSON object a line.
func (p *rulePlayer) playFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening the recording: %w", err)
	}
	return errors.Join(p.play(file, path), file.Close())
}

func (p *rulePlayer) play(from io.Reader, path string) error {
	err := readEvents(from, path, func(e *event.Event) error {
		e.Centre, e.Lane = p.centre, ""
		return p.Put(e)
	})
	if err == nil {
		p.finish()
	}
	return err
}

// readEvents calls f with each event of a file, one JSON object a line.
func readEvents(from io.Reader, path string, f func(*event.Event) error) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, event.MaxRecordBytes)
	var d event.Decoder
	for n := 1; lines.Scan(); n++ {
		var e event.Event
		if err := d.Decode(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if err := f(&e); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading the recording %s: %w", path, err)
	}
	return nil
}

// finish lets the last pane end.
func (p *rulePlayer) finish() { p.tick(p.clock + playerTickMs) }

// Put implements simulator.Sink: it feeds one event, after the ticks up to it; before the first, the configuration.
func (p *rulePlayer) Put(e *event.Event) error {
	if e.Received == 0 {
		e.Received = e.Time
	}
	if e.Lane != "" {
		p.step(e)
		return nil
	}
	if err := p.tickUntil(e.Received); err != nil {
		return err
	}
	p.step(e)
	return nil
}

// tickUntil ticks up to an instant, at the borders of panes.
func (p *rulePlayer) tickUntil(at int64) error {
	if err := p.begin(at); err != nil {
		return err
	}
	for p.clock+playerTickMs <= at {
		p.tick(p.clock + playerTickMs)
	}
	return nil
}

// begin puts the organisation in force at an instant, if none is yet.
func (p *rulePlayer) begin(at int64) error {
	if p.clock != 0 {
		return nil
	}
	p.clock = at - at%playerTickMs
	p.began = p.clock
	records, err := configRecords(p.organisation, p.centre, p.clock)
	for i := range records {
		p.step(&records[i])
	}
	return err
}

func (p *rulePlayer) tick(at int64) {
	p.clock = at
	p.step(&event.Event{ID: fmt.Sprint("tick-", at), Source: "owner", Type: event.Tick, Time: at, Received: at})
}

func (p *rulePlayer) step(e *event.Event) {
	p.record = event.AppendJSON(p.record[:0], e)
	p.machine.Step(p.offset, p.record)
	p.offset++
	p.hand(p.machine.Ready())
	p.machine.Clear()
}
