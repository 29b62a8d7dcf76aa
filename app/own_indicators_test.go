// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/live"
	"github.com/vigie-kpi/vigie/seeds"
	"github.com/vigie-kpi/vigie/store"
)

// ownIndicatorsPage is docs/own-indicators.md, for the recorded centre and its day.
func ownIndicatorsPage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../docs/own-indicators.md")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "my-centre", recordedCentre)
}

// filesOf are the files that a page shows, by the name in their first line.
func filesOf(t *testing.T, page string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)```yaml\n# ([a-z]+\\.yaml)\n(.*?)```").FindAllStringSubmatch(page, -1) {
		files[m[1]] = m[2]
	}
	if len(files) != 3 {
		t.Fatalf("the page has %d files, want 3", len(files))
	}
	return files
}

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

// playTheRecording starts the demo of the recording, with everything that it has.
func playTheRecording(t *testing.T, ctx context.Context) *demo {
	t.Helper()
	out := &syncBuffer{}
	d := &demo{o: DemoOptions{Recording: true, Speed: 120, Listen: "127.0.0.1:0", Out: out, EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"}, Version: "test"}}
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
	return d
}

// An indicator is written in YAML and applied while the recording plays: the board shows it live, the views have its past,
// and both agree with the measures of the recording that were counted by hand.
func TestAnOwnIndicatorWhileDataFlows(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute)
	defer cancel()
	d := playTheRecording(t, ctx)
	c, err := OpenConfigs(ctx, eventlog.Options{Brokers: []string{d.broker.Addr()}, Partitions: demoPartitions, Replication: 1}, d.clock.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	page := ownIndicatorsPage(t)
	files := filesOf(t, page)
	// The recording is of another time than the page.
	files["targets.yaml"] = strings.NewReplacer("2026-01-01", "2000-01-02", "2025-12-15", "2000-01-01").Replace(files["targets.yaml"])
	folder := recordedFolder(files)
	folder["centre.yaml"].Data = append(folder["centre.yaml"].Data, wallOf(t, page)...)
	o, err := ReadOrganisation(folder, "")
	if err != nil {
		t.Fatal(err)
	}
	for stats := d.app.Runner().StatsOf(d.app.Log().PartitionOf([]byte(recordedCentre))); stats.Records.Load() == 0; {
		if err := sleepFor(ctx, 10*time.Millisecond); err != nil {
			t.Fatal("data never began to flow")
		}
	}
	began := time.Now()
	publish(t, c, o)
	if len(d.fed) > 0 {
		t.Fatal("data do not flow any more")
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
	onTheWall(t, d, shown)
	runThePage(t, d, page)
	enterByHand(t, ctx, d)
	if got := one(t, d, ctx, "SELECT uniqExact(id) FROM vigie.config FINAL WHERE centre = '"+recordedCentre+"' AND type = 'config.indicator'"); got != "2" {
		t.Errorf("%s own indicators are noted, want 2", got)
	}
	files["indicators.yaml"] = strings.Replace(files["indicators.yaml"], "abandoned / offered", "(abandoned + left) / offered", 1)
	changeTheFormula(t, ctx, d, c, files)
}

// wallOf is what the page adds to walls.
func wallOf(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile("(?s)```yaml\n(wall: .*?\n)```").FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page adds nothing to walls")
	}
	return m[1]
}

// onTheWall checks that the centre's wall shows what the API says, beside its own tiles.
func onTheWall(t *testing.T, d *demo, want live.ValueView) {
	t.Helper()
	var board wall.Board
	if err := json.Unmarshal([]byte(fetch(t, d, "/api/v1/board?board=centre&lang=en")), &board); err != nil {
		t.Fatal(err)
	}
	var windows []string
	for _, tile := range board.Rows[len(board.Rows)-1].Tiles {
		if tile.Indicator != "given_up" {
			continue
		}
		windows = append(windows, tile.ID+" "+tile.Window)
		if tile.Window == "today" && (tile.Raw == nil || *tile.Raw != *want.Value || *tile.Numerator != want.Numerator || !strings.HasPrefix(tile.Target, "target ≤")) {
			t.Errorf("the wall shows %+v, the API %+v", tile, want)
		}
	}
	if !slices.Equal(windows, []string{"own_given_up today", "own_given_up_30m 30 min"}) {
		t.Errorf("the wall has tiles of %q", windows)
	}
}

// changeTheFormula applies another formula, as vigie apply --clickhouse does: when it returns, the past is that of the new one.
func changeTheFormula(t *testing.T, ctx context.Context, d *demo, c *Configs, files map[string]string) {
	t.Helper()
	o, err := ReadOrganisation(recordedFolder(files), "")
	if err != nil {
		t.Fatal(err)
	}
	p := plan(t, c, o)
	v, err := c.Publish(ctx, p, "anna", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := StoreConfig(ctx, store.Options{Addr: "http://" + d.engine.Addr()}, p, &v, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	const query = "SELECT groupArray((queue, given_up_num = abandoned + left, left > 0)) FROM (SELECT * FROM vigie.v_queue_day WHERE offered > 0 ORDER BY queue)"
	if got := one(t, d, ctx, query); got != "[('support',1,0),('ventes',1,1)]" {
		t.Errorf("with another formula the past is %s", got)
	}
}

// runThePage does what the page tells a reader to do, and checks that all of it speaks of the indicator and says the same.
func runThePage(t *testing.T, d *demo, page string) {
	t.Helper()
	ctx := t.Context()
	day := one(t, d, ctx, "SELECT day FROM vigie.v_centre_day")
	counts := one(t, d, ctx, "SELECT given_up_num, given_up_den FROM vigie.v_queue_day WHERE queue = 'support'")
	var answers []string
	for _, m := range regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(page, -1) {
		answers = append(answers, one(t, d, ctx, m[1]))
	}
	if len(answers) != 5 || !strings.Contains(answers[2], "\tsupport\tfiring\t") || !strings.HasPrefix(answers[0], day+"\t") || !strings.HasSuffix(answers[0], "\t"+counts) ||
		!strings.HasPrefix(answers[3], "given_up\tGiven up\tabandoned / offered\tpercent") || !strings.Contains(answers[4], `"abandoned / offered"`) {
		t.Errorf("the queries of the page: %q", answers)
	}
	var paths []string
	for _, m := range regexp.MustCompile(`curl -s 'localhost:8080(/[^']*)'`).FindAllStringSubmatch(page, -1) {
		paths = append(paths, strings.ReplaceAll(m[1], "2026-11-17", day))
	}
	if len(paths) != 2 {
		t.Fatalf("the page asks for %q", paths)
	}
	var answer live.IndicatorsAnswer
	if err := json.Unmarshal([]byte(fetch(t, d, paths[0])), &answer); err != nil {
		t.Fatal(err)
	}
	v, ok := answer.Centres[0].Scopes[0].Find("today", "given_up")
	if !ok || fmt.Sprintf("%d\t%d", v.Numerator, v.Denominator) != counts || v.Target == nil {
		t.Errorf("the API: %+v; SQL has %s", answer, counts)
	}
	var explained struct{ Numerator, Denominator int64 }
	text := fetch(t, d, paths[1])
	if err := json.Unmarshal([]byte(text), &explained); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprintf("%d\t%d", explained.Numerator, explained.Denominator) != counts {
		t.Errorf("explained as %+v, SQL has %s: %.300s", explained, counts, text)
	}
	if metric := regexp.MustCompile("`(vigie_given_up_ratio){").FindStringSubmatch(page); metric == nil ||
		!strings.Contains(fetch(t, d, "/metrics"), fmt.Sprintf("%s{centre=%q,scope=\"support\",scope_kind=\"queue\",window=\"today\"} %v\n", metric[1], recordedCentre, *v.Value)) {
		t.Errorf("the metrics lack the indicator, %v", metric)
	}
	stats := d.app.Runner().StatsOf(d.app.Log().PartitionOf([]byte(recordedCentre)))
	if n := stats.DeadLetters(aggregator.ReasonBadConfig); n != 0 {
		t.Errorf("%d configurations were refused: the machine must know the indicator that the rule names", n)
	}
}

// An indicator whose metric would be one of the pipeline's is refused.
func TestAnIndicatorNamedLikeAMetricOfThePipeline(t *testing.T) {
	own := strings.Replace(filesOf(t, ownIndicatorsPage(t))["indicators.yaml"], "id: given_up\n", "id: lag_records\n", 1)
	own = strings.NewReplacer("abandoned / offered", "abandoned + lost", "unit: percent\n  better: lower", "unit: count\n  better: lower", "  min_n: 5\n", "").Replace(own)
	_, err := ReadOrganisation(fstest.MapFS{"indicators.yaml": {Data: []byte(strings.SplitAfter(own, "renoncé.}\n")[0])}}, "")
	if err == nil || err.Error() != "indicators.yaml: lag_records: its metric would be vigie_lag_records, which tells of the pipeline itself; choose another id" {
		t.Errorf("got %v", err)
	}
}

// slowViews is a store in which somebody else notes another formula while the views are being made.
type slowViews struct {
	noted string   // the formula that is noted by now
	made  []string // the formula of the views, each time they were made
	other func(*slowViews)
}

func (s *slowViews) OwnIndicators(context.Context) ([]store.ConfigVersion, error) {
	text := fmt.Sprintf(`{"id":"demand","kind":"additive","formula":%q,"unit":"count","better":"none","scopes":["queue"],"controllable":"centre",`+
		`"name":{"en":"Demand","fr":"Demande"},"doc":{"en":"Who calls.","fr":"Qui appelle."}}`, s.noted)
	return []store.ConfigVersion{{Centre: "paris", Objects: []store.ConfigObject{{Type: "config.indicator", ID: "demand", JSON: text}}}}, nil
}

func (s *slowViews) RefreshViews(_ context.Context, c *indicator.Catalogue) error {
	own, _ := c.Lookup("demand")
	s.made = append(s.made, own.Formula)
	s.other(s)
	return nil
}

// Views that took long to make are made again when there are newer definitions by then: the older ones must not stay.
func TestViewsEndAsTheNewestDefinitionsSay(t *testing.T) {
	catalogue, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	st := &slowViews{noted: "offered", other: func(s *slowViews) { s.noted = "offered + refused" }}
	if err := refreshViews(t.Context(), st, catalogue, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	if want := []string{"offered", "offered + refused"}; !slices.Equal(st.made, want) {
		t.Errorf("the views were made for %q, want %q", st.made, want)
	}
}

// Two centres cannot mean different things by one id, and may share a definition.
func TestTwoCentresAndOneIndicator(t *testing.T) {
	c := openConfigs(t)
	ownIndicators := filesOf(t, ownIndicatorsPage(t))["indicators.yaml"]
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
