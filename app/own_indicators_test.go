// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/live"
	"github.com/vigie-kpi/vigie/seeds"
)

// ownIndicators is what a manager writes: one indicator, and one that asks for a target.
const ownIndicators = `
- id: given_up
  kind: additive
  name: {en: Given up, fr: Abandonnés}
  formula: abandoned / offered
  unit: percent
  better: lower
  scopes: [centre, queue]
  controllable: centre
  min_n: 5
  doc: {en: Share of callers who gave up., fr: Part des appelants qui ont renoncé.}
- id: given_up_margin
  kind: derived
  name: {en: Margin on given up, fr: Marge sur les abandons}
  formula: target(given_up) - given_up
  unit: percent
  better: higher
  scopes: [centre, queue]
  controllable: centre
  doc: {en: How far the share is below its target., fr: Distance à l'objectif.}
`

// recordedFolder is the demo's centre as files.
func recordedFolder(extra map[string]string) fstest.MapFS {
	var queues strings.Builder
	for queue, ms := range seeds.AsteriskThresholds {
		fmt.Fprintf(&queues, "- {queue: %q, threshold: %dms, channel: voice}\n", queue, ms)
	}
	files := fstest.MapFS{
		"centre.yaml": {Data: fmt.Appendf(nil, "id: %s\ntimezone: %s\nshort_abandon: %dms\n", recordedCentre, seeds.AsteriskZone, seeds.AsteriskShortAbandonMs)},
		"queues.yaml": {Data: []byte(queues.String())},
	}
	for name, text := range extra {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// An indicator is written in YAML and applied while the recording plays: the board shows it live, the views have its past,
// and both agree with the measures of the recording that were counted by hand.
func TestAnOwnIndicatorWhileDataFlows(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	out := &syncBuffer{}
	d := &demo{o: DemoOptions{Recording: true, Speed: 600, Listen: "127.0.0.1:0", Out: out, EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"}, Version: "test"}}
	if err := d.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.cleanup.run(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if d.engine == nil {
		t.Fatalf("no ClickHouse engine:\n%s", out)
	}
	c, err := OpenConfigs(ctx, eventlog.Options{Brokers: []string{d.broker.Addr()}, Partitions: demoPartitions, Replication: 1}, d.clock.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	o, err := ReadOrganisation(recordedFolder(map[string]string{"indicators.yaml": ownIndicators,
		"targets.yaml": "- {indicator: given_up, value: 30 %, stage: in_force, from: 2000-01-02, communicated: 2000-01-01}"}), "")
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	publish(t, c, o)
	partition := d.app.Log().PartitionOf([]byte(recordedCentre))
	if n := d.app.Runner().StatsOf(partition).Records.Load(); len(d.fed) > 0 || n == 0 {
		t.Fatalf("data do not flow any more, or not yet: %d records", n)
	}
	for {
		if text, err := d.query(ctx, "SELECT formula FROM vigie.indicator_definitions WHERE id = 'given_up' FORMAT TSV"); err == nil && strings.TrimSpace(text) == "abandoned / offered" {
			break
		}
		if err := sleepFor(ctx, 50*time.Millisecond); err != nil {
			t.Fatal("the views never had the new indicator")
		}
	}
	t.Logf("in the views %s after apply began", time.Since(began).Round(time.Millisecond))
	if err := <-d.fed; err != nil {
		t.Fatal(err)
	}
	if err := d.settle(ctx); err != nil {
		t.Fatal(err)
	}
	for _, scope := range readExpected(t).Scopes {
		if scope.Kind == "queue" && scope.Measures["offered"] > 0 {
			checkScope(t, d, ctx, scope.Kind, scope.ID, map[string]int64{"given_up_num": scope.Measures["abandoned"], "given_up_den": scope.Measures["offered"]})
		}
	}
	views := d.app.Board().Views("", &live.Filter{})
	shown, ok := views[0].Scopes[0].Find("today", "given_up")
	if !ok || shown.Value == nil || shown.Target == nil || shown.Target.Value != 0.3 || shown.Target.Gap == nil {
		t.Fatalf("the board shows %+v, %v", shown, ok)
	}
	margin, ok := views[0].Scopes[0].Find("today", "given_up_margin")
	if !ok || margin.Value == nil || fmt.Sprintf("%.9f", *margin.Value*100) != fmt.Sprintf("%.9f", *shown.Target.Gap) {
		t.Errorf("the margin is %+v, the gap %v points", margin, *shown.Target.Gap)
	}
	enterByHand(t, ctx, d)
	if got := one(t, d, ctx, "SELECT uniqExact(id) FROM vigie.config FINAL WHERE centre = '"+recordedCentre+"' AND type = 'config.indicator'"); got != "2" {
		t.Errorf("%s own indicators are noted, want 2", got)
	}
}

// Two centres cannot mean different things by one id, and may share a definition.
func TestTwoCentresAndOneIndicator(t *testing.T) {
	c := openConfigs(t)
	const centre = "id: %s\ntimezone: Europe/Paris"
	apply := func(id, indicators string) error {
		t.Helper()
		o, err := ReadOrganisation(fstest.MapFS{"centre.yaml": {Data: fmt.Appendf(nil, centre, id)}, "indicators.yaml": {Data: []byte(indicators)}}, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Plan(t.Context(), "", o)
		if err == nil {
			_, err = c.Publish(t.Context(), p, "anna", "")
		}
		return err
	}
	if err := apply("paris", ownIndicators); err != nil {
		t.Fatal(err)
	}
	if err := apply("lyon", ownIndicators); err != nil {
		t.Errorf("the same words in another centre: %v", err)
	}
	other := strings.Replace(ownIndicators, "abandoned / offered", "(abandoned + left) / offered", 1)
	err := apply("nantes", other)
	const want = "centre paris has an indicator given_up too, and it differs: abandoned / offered there, (abandoned + left) / offered here"
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "choose another id") {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// Five formulas that a manager gets wrong: each error says where, what was found and what to write.
func TestFiveWrongFormulas(t *testing.T) {
	entry := func(id, formula string) string {
		return strings.NewReplacer("given_up\n", id+"\n", "Given up", "Own "+id, "Abandonnés", "Propre "+id, "abandoned / offered", formula).Replace(
			strings.SplitAfter(ownIndicators, "renoncé.}\n")[0])
	}
	text := entry("a1", "answred / offered") + entry("a2", "answered / (offered") + entry("a3", "talk_ms / answered") +
		entry("a4", "answered * 100 / offered") + entry("a5", "answered / talked")
	_, err := ReadOrganisation(recordedFolder(map[string]string{"indicators.yaml": text}), "centre")
	if err == nil {
		t.Fatal("five wrong formulas were taken")
	}
	want := []string{
		`centre/indicators.yaml:5:12: a1: formula: there is nothing named "answred"; did you mean "answered"?`,
		`centre/indicators.yaml:16:31: a2: formula: the formula cannot be read here; close the parenthesis that is open, with )`,
		`centre/indicators.yaml:28:9: a3: unit percent does not fit the formula, which gives ms; write unit: ms, or change the formula`,
		`centre/indicators.yaml:38:12: a4: a percent is shown from the fraction: remove the factor 100`,
		`centre/indicators.yaml:49:23: a5: formula: there is nothing named "talked"; docs/indicators.md lists what there is`,
	}
	if got := strings.Split(err.Error(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", err, strings.Join(want, "\n"))
	}
}
