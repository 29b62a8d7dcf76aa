// SPDX-License-Identifier: Apache-2.0

package ruletest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/indicator"
)

// Limits of a test.
const (
	maxSteps = 100_000 // a day of seconds
	minEvery = 10 * time.Second
)

// File is one file of tests.
type File struct {
	// Organisation is the folder with the rules, relative to the file.
	Organisation string `yaml:"organisation"`
	Tests        []Test `yaml:"tests"`
}

// Test is one story: what happens, and which alerts fire when.
type Test struct {
	Name string `yaml:"name"`
	// Rules are those that the expectations are about; absent: all.
	Rules []string `yaml:"rules"`
	// Start is the local time of the first step, such as 2026-11-17 10:00; of a recording, which has its own times, its day.
	Start string `yaml:"start"`
	// Every is the length of a step: 1m when absent, at least 10s.
	Every  string   `yaml:"every"`
	Series []Series `yaml:"series"`
	// Recording is a file of events, one JSON object a line, relative to the file; instead of series.
	Recording string        `yaml:"recording"`
	Expect    []Expectation `yaml:"expect"`

	every time.Duration
	line  int
}

// Series is what one measure or gauge of one scope does: increments in each step, or the state during each step.
type Series struct {
	Centre    bool   `yaml:"centre"`
	Programme string `yaml:"programme"`
	Team      string `yaml:"team"`
	Queue     string `yaml:"queue"`
	Campaign  string `yaml:"campaign"`
	Channel   string `yaml:"channel"`
	Source    string `yaml:"source"`
	Line      string `yaml:"line"`

	Workstation string `yaml:"workstation"`

	Measure string `yaml:"measure"`
	Gauge   string `yaml:"gauge"`
	// Values are numbers in promtool's notation: 3, 3x9 (ten times 3), 0+5x9 (0, 5, ... 45), _ for nothing.
	Values string `yaml:"values"`

	kind    indicator.ScopeKind
	scope   string
	measure indicator.Measure
	gauge   indicator.Gauge
	values  []int64
}

// Expectation is which alerts fire at a time of the day.
type Expectation struct {
	// At is a local time such as 10:09 or 10:09:30.
	At string `yaml:"at"`
	// Firing lists the alerts that fire, each as rule or rule/scope; none when empty.
	Firing []string `yaml:"firing"`
}

// Read reads a file of tests. The error says what is wrong with all of them.
func Read(text []byte) (*File, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	var f File
	if err := d.Decode(&f); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty; write organisation and tests")
		}
		return nil, fmt.Errorf("reading the tests: %w", err)
	}
	f.number(text)
	var wrong []error
	if f.Organisation == "" {
		wrong = append(wrong, errors.New("organisation: missing; write the folder with the rules, such as \"..\" for the one above"))
	}
	if len(f.Tests) == 0 {
		wrong = append(wrong, errors.New("tests: missing; write at least one"))
	}
	for i := range f.Tests {
		for _, err := range f.Tests[i].check() {
			wrong = append(wrong, fmt.Errorf("line %d: %s: %w", f.Tests[i].line, f.Tests[i].Name, err))
		}
	}
	return &f, errors.Join(wrong...)
}

// number finds the line of each test.
func (f *File) number(text []byte) {
	var root struct {
		Tests []yaml.Node `yaml:"tests"`
	}
	if yaml.Unmarshal(text, &root) != nil {
		return
	}
	for i := range root.Tests {
		f.Tests[i].line = root.Tests[i].Line
	}
}

func (t *Test) check() []error {
	var wrong []error
	fail := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if t.Name == "" {
		fail("name: missing; say what the test shows")
	}
	if _, err := time.Parse(startForm, t.Start); err != nil {
		fail("start: found %q, write a local time such as 2026-11-17 10:00", t.Start)
	}
	t.every = time.Minute
	if t.Every != "" {
		var err error
		if t.every, err = time.ParseDuration(t.Every); err != nil || t.every < minEvery || t.every%minEvery != 0 {
			fail("every: found %q, write a duration in whole tens of seconds, such as 10s or 1m", t.Every)
			t.every = time.Minute
		}
	}
	if (t.Recording == "") == (len(t.Series) == 0) {
		fail("write either series or a recording")
	}
	if len(t.Expect) == 0 {
		fail("expect: missing; a test that expects nothing cannot fail")
	}
	for i := range t.Series {
		if err := t.Series[i].check(); err != nil {
			fail("series %d: %w", i+1, err)
		}
	}
	for _, x := range t.Expect {
		if _, ok := clockOf(x.At); !ok {
			fail("expect: found at %q, write a time of the day such as 10:09 or 10:09:30", x.At)
		}
	}
	return wrong
}

const startForm = "2006-01-02 15:04"

// clockOf reads a time of the day as time since midnight.
func clockOf(text string) (time.Duration, bool) {
	for _, form := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)), true
		}
	}
	return 0, false
}

func (s *Series) check() error {
	named := 0
	for _, x := range []struct {
		kind indicator.ScopeKind
		name string
	}{{indicator.ScopeProgramme, s.Programme}, {indicator.ScopeTeam, s.Team}, {indicator.ScopeQueue, s.Queue}, {indicator.ScopeCampaign, s.Campaign}, {indicator.ScopeChannel, s.Channel},
		{indicator.ScopeLine, s.Line}, {indicator.ScopeWorkstation, s.Workstation}, {indicator.ScopeSource, s.Source}} {
		if x.name != "" {
			s.kind, s.scope = x.kind, x.name
			named++
		}
	}
	if s.Centre {
		s.kind = indicator.ScopeCentre
		named++
	}
	if named != 1 {
		return errors.New("name one scope: centre: true, programme, team, queue, campaign, channel, line, workstation or source")
	}
	var scopes indicator.ScopeSet
	switch m, known := indicator.ParseMeasure(s.Measure); {
	case (s.Measure == "") == (s.Gauge == ""):
		return errors.New("name one measure or one gauge")
	case s.Measure != "" && !known:
		return fmt.Errorf("there is no measure %q", s.Measure)
	case s.Measure != "":
		s.measure, scopes = m, m.Info().Scopes
	default:
		g, known := indicator.ParseGauge(s.Gauge)
		if !known {
			return fmt.Errorf("there is no gauge %q", s.Gauge)
		}
		s.gauge, scopes = g, g.Info().Scopes
	}
	if !scopes.Has(s.kind) {
		return fmt.Errorf("%s%s is not counted by %s; it is by %s", s.Measure, s.Gauge, s.kind, scopes)
	}
	var err error
	s.values, err = expand(s.Values)
	return err
}

// expand writes values out.
func expand(text string) ([]int64, error) {
	var list []int64
	for _, part := range strings.Fields(text) {
		wrong := fmt.Errorf("values: found %q, write a number, 3x9, 0+5x9, 50-5x9 or _", part)
		if part == "_" {
			list = append(list, 0)
			continue
		}
		head, times, repeated := strings.Cut(part, "x")
		n := 0
		if repeated {
			var err error
			if n, err = strconv.Atoi(times); err != nil || n < 0 || n > maxSteps {
				return nil, wrong
			}
		}
		var by int64
		if i := strings.LastIndexAny(head, "+-"); i > 0 {
			var err error
			if by, err = strconv.ParseInt(head[i:], 10, 64); err != nil || !repeated {
				return nil, wrong
			}
			head = head[:i]
		}
		first, err := strconv.ParseInt(head, 10, 64)
		if err != nil {
			return nil, wrong
		}
		for i := range n + 1 {
			list = append(list, first+int64(i)*by)
		}
	}
	if len(list) == 0 || len(list) > maxSteps {
		return nil, fmt.Errorf("values: %d, give from 1 to %d", len(list), maxSteps)
	}
	return list, nil
}

// about tells whether the test is about a rule.
func (t *Test) about(rule string) bool { return len(t.Rules) == 0 || slices.Contains(t.Rules, rule) }
