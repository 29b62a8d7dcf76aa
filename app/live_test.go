// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/vigie-kpi/vigie/alerts/delivery"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/live"
	"github.com/vigie-kpi/vigie/tools/alerting"
)

// fetch reads a page of a running app.
func fetch(t *testing.T, d *demo, path string) string {
	t.Helper()
	response, err := http.Get("http://" + d.app.Addr() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v %s", path, response.Status, err, body)
	}
	return string(body)
}

// The API, the metrics and SQL say the same of the day, to the last digit; the wall is there; nothing names an advisor.
func TestLiveNumbersAreTheStoredOnes(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	am := alerting.StartAlertmanager(t, alerting.Options{Config: "route: {receiver: none}\nreceivers: [{name: none}]\n"})
	d := &demo{o: DemoOptions{Recording: true, Speed: 600, Listen: "127.0.0.1:0", Out: &syncBuffer{}, EngineCommand: []string{os.Args[0]}, EngineEnv: []string{engineEnv + "=1"}, Version: "test",
		Alerting: delivery.Options{URLs: []string{am.URL}}}}
	if err := d.start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.cleanup.run(context.Background()); err != nil {
			t.Error(err)
		}
	})
	during := answerDuring(t, ctx, d)
	if err := <-d.fed; err != nil {
		t.Fatal(err)
	}
	if err := d.settle(ctx); err != nil {
		t.Fatal(err)
	}
	checkAsOf(t, ctx, d, during)
	checkTop(t, ctx, d)
	var answer live.IndicatorsAnswer
	if err := json.Unmarshal([]byte(fetch(t, d, "/api/v1/indicators?scope=queue:support&window=today")), &answer); err != nil {
		t.Fatal(err)
	}
	metrics := fetch(t, d, "/metrics")
	for _, id := range []string{"sl_live", "answer_rate_settled", "asa", "abandon_rate_net", "offered"} {
		v, ok := answer.Centres[0].Scopes[0].Find("today", id)
		if !ok || v.Value == nil {
			t.Fatalf("%s: %+v", id, answer)
		}
		want := fmt.Sprintf("%d\t%d", v.Numerator, v.Denominator)
		query := fmt.Sprintf("SELECT %s_num, %s_den FROM vigie.v_queue_day WHERE queue = 'support'", id, id)
		if got := one(t, d, ctx, query); got != want {
			t.Errorf("%s: SQL has %s, the API %s", id, got, want)
		}
	}
	sl, _ := answer.Centres[0].Scopes[0].Find("today", "sl_live")
	sample := fmt.Sprintf("vigie_sl_live_ratio{centre=\"demo\",scope=\"support\",scope_kind=\"queue\",window=\"today\"} %v\n", *sl.Value)
	if !strings.Contains(metrics, sample) {
		t.Errorf("the metrics lack %s", sample)
	}
	for _, want := range []string{"vigie_waiting{", "vigie_asa_seconds{", "vigie_indicator_series_left_out 0"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	problems, err := promlint.New(strings.NewReader(metrics)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("the metrics break Prometheus' conventions: %v %v", problems, err)
	}
	wall := fetch(t, d, "/api/v1/board?board=centre&lang=fr")
	for _, page := range []string{metrics, wall, fetch(t, d, "/api/v1/indicators"), fetch(t, d, "/wall/centre"), fetch(t, d, "/wall")} {
		if strings.Contains(page, `"advisor:`) || strings.Contains(page, `scope_kind="advisor"`) || strings.Contains(page, `"kind":"advisor"`) {
			t.Errorf("a page has a person's scope: %.200s", page)
		}
	}
	if !strings.Contains(wall, `"title":"NS en direct"`) {
		t.Errorf("the wall: %.300s", wall)
	}
	checkRegister(ctx, t, d)
	checkPrometheus(t, d.app.Addr(), am.Addr)
	checkDocumented(t, fetch(t, d, "/metrics")) // by now everything has happened once
}

// answerDuring is what the API said of a queue in the middle of the recording.
func answerDuring(t *testing.T, ctx context.Context, d *demo) *live.CentreView {
	t.Helper()
	for {
		var answer live.IndicatorsAnswer
		if err := json.Unmarshal([]byte(fetch(t, d, "/api/v1/indicators?scope=queue:support&window=today")), &answer); err != nil {
			t.Fatal(err)
		}
		if len(answer.Centres) == 1 && len(answer.Centres[0].Scopes) == 1 {
			if v, ok := answer.Centres[0].Scopes[0].Find("today", "answered"); ok && v.Numerator >= 20 {
				return &answer.Centres[0]
			}
		}
		if err := sleepFor(ctx, shownEvery); err != nil {
			t.Fatal(err)
		}
	}
}

// checkAsOf compares what the API said with the facts up to the record that it said it as of, although the store has more by
// now: 457 customers came in all.
func checkAsOf(t *testing.T, ctx context.Context, d *demo, v *live.CentreView) {
	t.Helper()
	sql := func(sums, where string) string {
		return one(t, d, ctx, fmt.Sprintf("SELECT %s FROM vigie.facts WHERE queue = 'support' AND lane = '' AND partition = %d %s", sums, v.Partition, where))
	}
	upTo := fmt.Sprintf("AND offset <= %d", v.Offset)
	for id, sums := range map[string]string{"offered": "sum(offered), 1", "answered": "sum(answered), 1", "abandoned": "sum(abandoned), 1",
		"answer_rate": "sum(answered), sum(offered)", "sl_live": "sum(answered_within), sum(answered_within + abandoned_within + crossed)"} {
		got, ok := v.Scopes[0].Find("today", id)
		if want := sql(sums, upTo); !ok || fmt.Sprintf("%d\t%d", got.Numerator, got.Denominator) != want {
			t.Errorf("%s as of record %d: the API said %d / %d, SQL %s", id, v.Offset, got.Numerator, got.Denominator, want)
		}
	}
	if all := sql("sum(offered)", ""); all != "457" {
		t.Errorf("%s customers in all, the recording has 457", all)
	}
}

// Every indicator has a metric of its own.
func TestMetricsHaveTheirOwnNames(t *testing.T) {
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, i := range metricsOf(catalogue.Indicators()) {
		if other := names[i.Metric.Name]; other != "" {
			t.Errorf("indicators %s and %s have the same metric, %s", other, i.ID, i.Metric.Name)
		}
		names[i.Metric.Name] = i.ID
	}
	if len(names) < 100 {
		t.Errorf("only %d metrics", len(names))
	}
}
