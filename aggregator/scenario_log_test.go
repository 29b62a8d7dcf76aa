// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
)

// append puts a record into the log: both machines digest it.
func (s *scenario) append(record []byte) {
	if s.twin == nil || s.twinOf != s.pos {
		s.newTwin()
	}
	offset := len(s.log)
	s.log = append(s.log, record)
	s.out.step(s.m, offset, record)
	s.echo.step(s.twin, offset, record)
}

// events puts lines of the command event into the log.
func (s *scenario) events(lines []string) string {
	for _, line := range lines {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		s.event(line)
	}
	return "ok\n"
}

// event turns "09:00:05 queue.entered contact=c1 queue=assistance" into a record.
func (s *scenario) event(line string) {
	words := strings.Fields(line)
	if len(words) < 2 {
		s.t.Fatalf("%q: a time and a type are needed", line)
	}
	at := s.instant(words[0])
	number := strconv.Itoa(len(s.log) + 1)
	record := map[string]any{"specversion": "1.0", "id": "e" + number, "source": "pbx", "type": words[1], "sequence": len(s.log) + 1}
	if words[1] != event.Tick.String() {
		record["centre"] = centre
	}
	s.manySlots = s.manySlots || words[1] == event.AdvisorCapacity.String()
	received := int64(0)
	for _, word := range words[2:] {
		key, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			s.t.Fatalf("%q: %q is not key=value", line, word)
		case key == "received":
			received = s.instant(value)
		case slices.Contains(numbers, key) || key == "data":
			record[key] = json.RawMessage(value)
		case key == "due":
			record[key] = string(event.AppendTime(nil, s.instant(value)))
		default:
			record[key] = value
		}
	}
	lane, _ := record["lane"].(string)
	if received == 0 {
		received = max(at, s.clock(lane))
	}
	s.publish(at, received, record)
}

// numbers are the attributes that JSON writes without quotes.
var numbers = []string{"sequence", "data", "amountcents", "scorebp", "csat", "nps", "ces", "count", "slots"}

func (s *scenario) publish(at, received int64, record map[string]any) {
	record["time"] = string(event.AppendTime(nil, at))
	record["received"] = string(event.AppendTime(nil, received))
	bytes, err := json.Marshal(record)
	if err != nil {
		s.t.Fatal(err)
	}
	s.append(bytes)
}

// clock is that of a lane: the greatest `received` it has digested.
func (s *scenario) clock(lane string) int64 {
	if lane == "" {
		return s.m.Clock()
	}
	for _, w := range s.m.Worlds() {
		if w.Centre() == centre && w.Lane() == lane {
			return w.Clock()
		}
	}
	return 0
}

// instant reads a time of the current day, "09:00:05" or "09:00:05.250", with an offset where the clock change repeats
// the hour: "02:30:00+01:00"; another day is named: "2026-11-18T09:00:00".
func (s *scenario) instant(word string) int64 {
	if s.date.IsZero() {
		s.t.Fatal("which day? The story needs a `day` before its first time")
	}
	full := word
	if !strings.Contains(word, "T") {
		full = s.date.Format(time.DateOnly) + "T" + word
	}
	if at, err := time.Parse(time.RFC3339, full); err == nil {
		return at.UnixMilli()
	}
	at, err := time.ParseInLocation("2006-01-02T15:04:05", full, s.loc)
	if err != nil {
		s.t.Fatal(err)
	}
	return at.UnixMilli()
}

// repeat puts a story into the log n times.
func (s *scenario) repeat(d *datadriven.TestData) string {
	var n int
	var from, every string
	d.ScanArgs(s.t, "n", &n)
	d.ScanArgs(s.t, "from", &from)
	d.ScanArgs(s.t, "every", &every)
	start, step := time.UnixMilli(s.instant(from)).In(s.loc), s.duration(every)

	type timed struct {
		at   time.Time
		rest string
	}
	var all []timed
	for i := range n {
		begin := start.Add(time.Duration(i) * step)
		for _, line := range strings.Split(d.Input, "\n") {
			offset, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			all = append(all, timed{begin.Add(s.duration(offset)), strings.ReplaceAll(rest, "$", strconv.Itoa(i+1))})
		}
	}
	slices.SortStableFunc(all, func(a, b timed) int { return a.at.Compare(b.at) })
	for _, e := range all {
		s.event(e.at.Format("15:04:05.000Z07:00") + " " + e.rest)
	}
	return "ok\n"
}

func (s *scenario) duration(word string) time.Duration {
	d, err := time.ParseDuration(word)
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// config publishes the objects of the command config, then config.applied.
func (s *scenario) config(d *datadriven.TestData) string {
	at := s.m.Clock()
	if d.HasArg("at") {
		var word string
		d.ScanArgs(s.t, "at", &word)
		s.useZone(d.Input) // the time is local already
		at = s.instant(word)
	}
	if at == 0 {
		s.t.Fatalf("%s: the log is empty: say at=HH:MM:SS", d.Pos)
	}
	var types []event.Type
	var data [][]byte
	for _, line := range strings.Split(d.Input, "\n") {
		typ, payload := s.configObject(strings.Fields(line))
		types, data = append(types, typ), append(data, payload)
		s.publishConfig(at, typ, payload)
	}
	s.versions++
	count, version, hash := len(data), s.versions, aggregator.ConfigHash(types, data)
	d.MaybeScanArgs(s.t, "count", &count)
	d.MaybeScanArgs(s.t, "version", &version)
	d.MaybeScanArgs(s.t, "hash", &hash)
	dead := len(s.out.dead)
	s.publishConfig(at, event.ConfigApplied, []byte(fmt.Sprintf(`{"version":%d,"count":%d,"hash":%q}`, version, count, hash)))
	if len(s.out.dead) > dead {
		return "refused\n"
	}
	s.useZone(d.Input)
	return "ok\n"
}

func (s *scenario) publishConfig(at int64, typ event.Type, data []byte) {
	number := strconv.Itoa(len(s.log) + 1)
	s.publish(at, max(at, s.m.Clock()), map[string]any{"specversion": "1.0", "id": "e" + number, "source": "vigie", "type": typ.String(),
		"centre": centre, "data": json.RawMessage(data)})
}

// useZone makes the story's times those of the configured centre.
func (s *scenario) useZone(input string) {
	for _, line := range strings.Split(input, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "centre" {
			continue
		}
		startsMinutes := 0
		for _, word := range words[1:] {
			key, value, _ := strings.Cut(word, "=")
			switch key {
			case "zone":
				loc, err := zone.Load(value)
				if err != nil {
					s.t.Fatal(err)
				}
				s.loc = loc
			case "day_starts":
				startsMinutes = s.minutes(value)
			}
		}
		s.calendar = zone.NewCalendar(s.loc, startsMinutes)
	}
}

func (s *scenario) minutes(word string) int {
	t, err := time.Parse("15:04", word)
	if err != nil {
		s.t.Fatal(err)
	}
	return t.Hour()*60 + t.Minute()
}

// configObject turns "queue assistance threshold=20s" into the payload of config.queue.
func (s *scenario) configObject(words []string) (event.Type, []byte) {
	typ, ok := event.ParseType("config." + words[0])
	if !ok {
		s.t.Fatalf("config: unknown object %q", words[0])
	}
	payload, rest := map[string]any{}, words[1:]
	switch typ {
	case event.ConfigQueue, event.ConfigAdvisor, event.ConfigCampaign, event.ConfigCalendar:
		payload[words[0]], rest = words[1], words[2:]
	}
	categories := map[string]string{}
	for _, word := range rest {
		key, value, ok := strings.Cut(word, "=")
		switch {
		case !ok:
			s.t.Fatalf("config: %q is not key=value", word)
		case typ == event.ConfigStates || typ == event.ConfigDispositions:
			categories[key] = value
		case key == "threshold":
			payload["threshold_ms"] = s.duration(value).Milliseconds()
		case key == "short":
			payload["short_abandon_ms"] = s.duration(value).Milliseconds()
		case typ == event.ConfigCalendar && key == "closed":
			payload["closed"] = strings.Split(value, "/")
		case typ == event.ConfigCalendar && slices.Contains(event.Weekdays, key):
			categories[key] = value
		case key == "due_opening":
			payload["due_business_ms"] = s.duration(value).Milliseconds()
		case key == "due_working_days":
			payload[key] = json.RawMessage(value)
		case key == "day_starts":
			payload["day_starts_at_minutes"] = s.minutes(value)
		case key == "from" || key == "to":
			payload[key+"_ms"] = s.instant(value)
		default:
			payload[key] = value
		}
	}
	switch typ {
	case event.ConfigStates:
		payload["categories"] = categories
	case event.ConfigCalendar:
		payload["hours"] = categories
	case event.ConfigDispositions:
		payload["classes"] = categories
	}
	data, err := json.Marshal(payload)
	if err != nil {
		s.t.Fatal(err)
	}
	return typ, data
}
