// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// configFiles are the files of a configuration, in the order in which they are read: the centre's zone is needed for
// the dates of the others.
var configFiles = []struct {
	name string
	read func(*Config, *yamlFile)
}{
	{"centre.yaml", (*Config).readCentre},
	{"queues.yaml", (*Config).readQueues},
	{"advisors.yaml", (*Config).readAdvisors},
	{"states.yaml", (*Config).readStates},
}

// LoadConfig reads the configuration of a centre from a folder: centre.yaml, queues.yaml, advisors.yaml, states.yaml.
// Each may be missing. docs/configuration.md describes them. The error lists everything that is wrong, each with file,
// line and what to write instead.
func LoadConfig(dir string) (Config, error) {
	c := DefaultConfig()
	errs := strangeFiles(dir)
	read := 0
	for _, file := range configFiles {
		path := filepath.Join(dir, file.name)
		text, err := readConfigFile(path)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		read++
		if err != nil {
			errs = append(errs, err)
			continue
		}
		y := &yamlFile{path: path}
		y.parse(text)
		if y.root != nil {
			file.read(&c, y)
		}
		errs = append(errs, y.errs...)
	}
	if read == 0 && len(errs) == 0 {
		errs = append(errs, fmt.Errorf("%s holds no configuration: write at least one of %s", dir, strings.Join(configNames(), ", ")))
	}
	return c, errors.Join(errs...)
}

// maxConfigBytes bounds one file: 100,000 advisors with ten lines of 60 bytes each fit.
const maxConfigBytes = 64 << 20

func readConfigFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	if info.Size() > maxConfigBytes {
		return nil, fmt.Errorf("%s: %d bytes, at most %d are allowed", path, info.Size(), maxConfigBytes)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return text, nil
}

func configNames() []string {
	var names []string
	for _, f := range configFiles {
		names = append(names, f.name)
	}
	return names
}

// strangeFiles finds the YAML files that nobody would read: most often a name mistyped.
func strangeFiles(dir string) []error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []error{fmt.Errorf("read the configuration: %w", err)}
	}
	var errs []error
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		if strings.HasPrefix(e.Name(), ".") || ext != ".yaml" && ext != ".yml" || slices.Contains(configNames(), e.Name()) {
			continue
		}
		errs = append(errs, fmt.Errorf("%s: this file would not be read: rename it to one of %s, or move it away",
			filepath.Join(dir, e.Name()), strings.Join(configNames(), ", ")))
	}
	return errs
}

func (c *Config) readCentre(y *yamlFile) {
	m := y.mapping(y.root, "id", "timezone", "day_starts", "threshold", "short_abandon", "service_level", "unknown_queues", "unknown_advisors")
	if m == nil {
		return
	}
	c.CentreID = m.text("id")
	if m.has("timezone") {
		c.Centre.Zone = m.text("timezone")
	}
	if m.has("day_starts") {
		c.Centre.DayStartsAtMinutes = m.clockMinutes("day_starts")
	}
	if m.has("threshold") {
		c.Centre.ThresholdMs = m.durationMs("threshold")
	}
	if m.has("short_abandon") {
		c.Centre.ShortAbandonMs, c.shortGiven = m.durationMs("short_abandon"), true
	}
	for key, field := range map[string]*string{"service_level": &c.Centre.Variant, "unknown_queues": &c.Centre.UnknownQueues,
		"unknown_advisors": &c.Centre.UnknownAdvisors} {
		if m.has(key) {
			*field = m.text(key)
		}
	}
	c.fitShortAbandon()
	m.check(c.Centre.Validate())
}

func (c *Config) readQueues(y *yamlFile) {
	seen := map[string]int{}
	for _, item := range y.list("queue") {
		m := y.mapping(item, "queue", "from", "threshold", "short_abandon", "service_level", "channel", "programme")
		if m == nil {
			continue
		}
		q := event.QueueConfig{Queue: m.text("queue"), From: c.dayStart(m, "from", 0), ThresholdMs: m.durationMs("threshold"),
			ShortAbandonMs: m.durationMs("short_abandon"), Variant: m.text("service_level"), Channel: m.text("channel"),
			Programme: m.text("programme")}
		m.check(q.Validate())
		m.once(seen, fmt.Sprintf("%s from %d", q.Queue, q.From), "queue "+q.Queue)
		c.Queues = append(c.Queues, q)
	}
}

func (c *Config) readAdvisors(y *yamlFile) {
	seen := map[string]int{}
	for _, item := range y.list("advisor") {
		m := y.mapping(item, "advisor", "from", "to", "team", "home_team", "site")
		if m == nil {
			continue
		}
		a := event.AdvisorConfig{Advisor: m.text("advisor"), From: c.dayStart(m, "from", 0), To: c.dayStart(m, "to", 1),
			Team: m.text("team"), HomeTeam: m.text("home_team"), Site: m.text("site")}
		m.check(a.Validate())
		m.once(seen, fmt.Sprintf("%s from %d", a.Advisor, a.From), "advisor "+a.Advisor)
		c.Advisors = append(c.Advisors, a)
	}
}

// readStates reads a list of reasons for each category, and turns it round.
func (c *Config) readStates(y *yamlFile) {
	m := y.mapping(y.root, event.StateCategories...)
	if m == nil {
		return
	}
	c.States = map[string]string{}
	seen := map[string]int{}
	for _, category := range event.StateCategories {
		for _, reason := range m.texts(category) {
			r := &yamlMapping{file: y, line: reason.Line}
			r.once(seen, reason.Value, fmt.Sprintf("reason %q", reason.Value))
			c.States[reason.Value] = category
		}
	}
	if len(c.States) > 0 {
		states := event.StatesConfig{Categories: maps.Clone(c.States)}
		m.check(states.Validate())
	}
}

// dayStart reads a date, which stands for the beginning of that business day plus some days, or an instant.
func (c *Config) dayStart(m *yamlMapping, key string, plusDays int) event.Millis {
	text := m.text(key)
	if text == "" {
		return 0
	}
	if at, ok := event.ParseTime(text); ok {
		return at
	}
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		m.fail(key, "found %q, write a date such as 2026-09-01, or an instant such as 2026-09-01T08:00:00+02:00", text)
		return 0
	}
	loc, err := zone.Load(c.Centre.Zone)
	if err != nil {
		return 0 // reported with the centre
	}
	days := date.AddDate(0, 0, plusDays).Unix() / (24 * 60 * 60)
	start, _ := zone.NewCalendar(loc, c.Centre.DayStartsAtMinutes).Bounds(int32(days))
	return start
}

// sortedNames lists a map's keys in order.
func sortedNames[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
