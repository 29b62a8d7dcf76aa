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
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the recording: %w", err)
	}
	p := alertPlayer{machine: aggregator.New(0), organisation: o, centre: centre}
	err = errors.Join(p.play(file, path), file.Close())
	return p.changes, err
}

// alertPlayer feeds a machine and takes note of its alerts.
type alertPlayer struct {
	machine      *aggregator.Machine
	organisation *organisation.Organisation
	centre       string
	offset       int64
	clock        int64 // of the last tick; 0 before the first event
	changes      []ruletest.Change
}

// playerTickMs is how often the clock is told: at the borders of panes, where rules are evaluated.
const playerTickMs = 10_000

func (p *alertPlayer) play(from io.Reader, path string) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, event.MaxRecordBytes)
	var d event.Decoder
	for n := 1; lines.Scan(); n++ {
		var e event.Event
		if err := d.Decode(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if e.Received == 0 {
			e.Received = e.Time
		}
		e.Centre = p.centre
		if err := p.take(&e); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading the recording %s: %w", path, err)
	}
	p.tick(p.clock + playerTickMs)
	return nil
}

// take feeds one event, after the ticks up to it; before the first, the configuration.
func (p *alertPlayer) take(e *event.Event) error {
	if p.clock == 0 {
		p.clock = e.Received - e.Received%playerTickMs
		records, err := configRecords(p.organisation, p.centre, p.clock)
		if err != nil {
			return err
		}
		for i := range records {
			p.step(&records[i])
		}
	}
	for p.clock+playerTickMs <= e.Received {
		p.tick(p.clock + playerTickMs)
	}
	p.step(e)
	return nil
}

func (p *alertPlayer) tick(at int64) {
	p.clock = at
	p.step(&event.Event{ID: fmt.Sprint("tick-", at), Source: "owner", Type: event.Tick, Time: at, Received: at})
}

func (p *alertPlayer) step(e *event.Event) {
	p.machine.Step(p.offset, event.AppendJSON(nil, e))
	p.offset++
	ready := p.machine.Ready()
	for _, set := range ready.Alerts() {
		p.note(set)
	}
	p.machine.Clear()
}

func (p *alertPlayer) note(set alerts.Set) {
	p.changes = append(p.changes, ruletest.Change{At: set.At, Firing: ruletest.Firing(set.Alerts)})
}
