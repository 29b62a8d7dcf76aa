// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/seeds/simulator"
	"github.com/vigie-kpi/vigie/store"
)

// The queries of docs/analysts.md run as they are printed, under the limits of the analysts' account, on two days of the demo
// centre whose events come late and twice. Each gives the columns that the page names, and rows.
func TestQueriesForAnalysts(t *testing.T) {
	st, options := openTestStore(t)
	truth, told := storeDays(t, st)
	if _, err := st.RunDaily(t.Context(), store.DailyOptions{Centre: "cap-rivage", Kind: store.DailyFull}); err != nil {
		t.Fatal(err)
	}
	limits := analystLimits(t)
	examples := readExamples(t, "../docs/analysts.md")
	if len(examples) < 12 {
		t.Fatalf("%d queries were found", len(examples))
	}
	answers := map[string]answer{}
	for _, e := range examples {
		t.Run(e.title, func(t *testing.T) {
			a := askAs(t, options.Addr, e.query, limits)
			if !slices.Equal(a.columns, e.columns) {
				t.Errorf("columns %v, the page says %v", a.columns, e.columns)
			}
			if len(a.rows) == 0 {
				t.Error("no row")
			}
			answers[e.title] = a
		})
	}
	checkAnswers(t, answers, truth)
	checkAlertTexts(t, askAs(t, options.Addr, alertTexts, limits), told)
	if _, err := get(t, options.Addr, "INSERT INTO vigie.lanes (centre, lane, visible) VALUES ('cap-rivage', 'x', 1)", limits); err == nil {
		t.Error("somebody who may only read has written")
	}
}

// checkAnswers compares what can be compared with the truth of the simulator, which knows no SQL.
func checkAnswers(t *testing.T, answers map[string]answer, truth *simulator.Truth) {
	t.Helper()
	var day *simulator.Day
	for i := range truth.Days {
		if truth.Days[i].Date == "2026-11-17" {
			day = truth.Days[i]
		}
	}
	assistance := day.Queues["assistance"]
	if got := answers["An hour of the clock in a zone of half hours"].sum(t, "calls"); got != float64(assistance.CameIn) {
		t.Errorf("%v calls came into assistance, the truth is %d", got, assistance.CameIn)
	}
	// The definitions count service level at answer, abandon or T, so all who came in are due, but who left earlier.
	if got := answers["Service level by half-hour"].sum(t, "due"); got < float64(assistance.CameIn)*0.8 || got > float64(assistance.CameIn) {
		t.Errorf("the service level of %v calls is due, %d came in", got, assistance.CameIn)
	}
	// The incident of the day at assistance has called somebody.
	if rules := answers["Which rules called, how often and for how long"]; !slices.ContainsFunc(rules.rows, func(row []any) bool { return row[0] == "service_level_live" }) {
		t.Errorf("the rules that called are %v", rules.rows)
	}
	// Nothing is late in what the answers of each queue are now; then, some were not known.
	then := answers["Numbers that change, 2"]
	now, known := then.sum(t, "answered_now"), then.sum(t, "answered_as_known_then")
	if known >= now || known < now*0.9 {
		t.Errorf("%v answers were known then, %v are now", known, now)
	}
	// A wider limit is met by more, and 90 s is beyond what half of them wait.
	within := answers["What if the threshold were another one"].column(t, "answered_within")
	if !slices.IsSorted(within) || within[0] <= 0 || within[len(within)-1] > 1 {
		t.Errorf("shares within the thresholds: %v", within)
	}
}

// storeDays writes two days of the demo centre, with all tables, in blocks that end with each hour, and notes what receivers of alerts are told.
func storeDays(t *testing.T, st *store.Store) (*simulator.Truth, toldAlerts) {
	t.Helper()
	l, events, truth := simulatedDays(t, "2026-11-16", "2026-11-18", 8*60_000)
	for i := range events {
		if err := l.Put(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	writer, err := st.OpenWriter(t.Context(), "days", 0, store.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const hourMs = 60 * 60_000
	builder, m, first, hour := store.NewBuilder(), aggregator.New(0), int64(0), int64(0)
	told := toldAlerts{}
	for offset, value := range l.values {
		m.Step(int64(offset), value)
		ready := m.Ready()
		if err := builder.AddFacts(ready.Facts, ready.Incs); err != nil {
			t.Fatal(err)
		}
		builder.AddContacts(ready.Contacts)
		builder.AddOutcomes(ready.Outcomes)
		builder.AddGauges(ready.Gauges)
		builder.AddRegister(ready.Register)
		builder.AddTransitions(ready.Transitions)
		told.note(ready.Alerts())
		m.Clear()
		if m.Clock()/hourMs == hour && offset+1 < len(l.values) {
			continue
		}
		hour = m.Clock() / hourMs
		block := builder.Seal("days", 0, first, int64(offset), "test")
		block.ClockMs = m.Clock()
		if err := writer.Write(t.Context(), block); err != nil {
			t.Fatal(err)
		}
		builder.Recycle(block)
		first = int64(offset) + 1
	}
	return truth, told
}

// example is a query of the page.
type example struct {
	title, query string
	columns      []string
}

var (
	examplePattern = regexp.MustCompile("(?s)```sql\n(.*?)```\n\nColumns: (.*?)\n")
	titlePattern   = regexp.MustCompile(`(?m)^##+ (.*)$`)
	columnPattern  = regexp.MustCompile("`([a-z_0-9]+)`")
)

// readExamples finds the queries of a page, each under the title above it; a second one under the same title is numbered.
func readExamples(t *testing.T, file string) []example {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	var list []example
	under := map[string]int{}
	for _, at := range examplePattern.FindAllStringSubmatchIndex(page, -1) {
		titles := titlePattern.FindAllStringSubmatch(page[:at[0]], -1)
		e := example{title: titles[len(titles)-1][1], query: page[at[2]:at[3]]}
		if under[e.title]++; under[e.title] > 1 {
			e.title += ", " + strconv.Itoa(under[e.title])
		}
		for _, c := range columnPattern.FindAllStringSubmatch(page[at[4]:at[5]], -1) {
			e.columns = append(e.columns, c[1])
		}
		list = append(list, e)
	}
	if blocks := strings.Count(page, "```sql"); blocks != len(list) {
		t.Errorf("%d queries, %d with their columns named", blocks, len(list))
	}
	return list
}

// answer is what a query gives.
type answer struct {
	columns []string
	rows    [][]any
}

func (a answer) column(t *testing.T, name string) []float64 {
	t.Helper()
	i := slices.Index(a.columns, name)
	if i < 0 {
		t.Fatalf("no column %s among %v", name, a.columns)
	}
	var list []float64
	for _, row := range a.rows {
		x, err := strconv.ParseFloat(fmt.Sprint(row[i]), 64)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	return list
}

func (a answer) sum(t *testing.T, name string) float64 {
	t.Helper()
	var sum float64
	for _, x := range a.column(t, name) {
		sum += x
	}
	return sum
}

func askAs(t *testing.T, addr, query string, limits map[string]string) answer {
	t.Helper()
	body, err := get(t, addr, query+" FORMAT JSONCompact", limits)
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Meta []struct{ Name string }
		Data [][]any
	}
	if err := json.Unmarshal(body, &found); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	a := answer{rows: found.Data}
	for _, c := range found.Meta {
		a.columns = append(a.columns, c.Name)
	}
	return a
}

// get runs a query by GET, which may only read.
func get(t *testing.T, addr, query string, settings map[string]string) ([]byte, error) {
	t.Helper()
	values := url.Values{"query": {query}}
	for name, value := range settings {
		values.Set(name, value)
	}
	return send(t, http.MethodGet, addr+"/?"+values.Encode(), http.NoBody)
}

// post runs a statement by POST, which may do all that the account may.
func post(t *testing.T, addr, statement string) ([]byte, error) {
	t.Helper()
	return send(t, http.MethodPost, addr, strings.NewReader(statement))
}

func send(t *testing.T, method, address string, body io.Reader) ([]byte, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", response.Status, answer)
	}
	return answer, nil
}

// analystLimits are the limits of the analysts' account, but for readonly, which a GET has by itself, and the number of
// queries of a user, of which the embedded engine has one only.
func analystLimits(t *testing.T) map[string]string {
	t.Helper()
	limits := accountInXML(t)
	delete(limits, "readonly")
	delete(limits, "max_concurrent_queries_for_user")
	return limits
}

// xmlSetting is a setting of a profile.
type xmlSetting struct {
	XMLName xml.Name
	Value   string `xml:",chardata"`
}

func accountInXML(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../deploy/clickhouse/analyst.xml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Profile struct {
			All []xmlSetting `xml:",any"`
		} `xml:"profiles>vigie_analyst"`
	}
	if err := xml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	limits := map[string]string{}
	for _, s := range file.Profile.All {
		if s.XMLName.Local != "constraints" {
			limits[s.XMLName.Local] = strings.TrimSpace(s.Value)
		}
	}
	return limits
}

// The two forms of the account say the same, every setting exists, and the statements are ClickHouse's.
func TestTheAccountOfAnalysts(t *testing.T) {
	addr := startTestEngine(t)
	raw, err := os.ReadFile("../deploy/clickhouse/analyst.sql")
	if err != nil {
		t.Fatal(err)
	}
	inXML, inSQL := accountInXML(t), map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^    ([a-z_]+) = ([0-9]+)`).FindAllStringSubmatch(string(raw), -1) {
		inSQL[m[1]] = m[2]
	}
	if len(inXML) < 6 || !maps.Equal(inXML, inSQL) {
		t.Errorf("analyst.xml has %v, analyst.sql %v", inXML, inSQL)
	}
	for name := range inXML {
		a := askAs(t, addr, "SELECT count() AS n FROM system.settings WHERE name = '"+name+"'", nil)
		if a.sum(t, "n") != 1 {
			t.Errorf("there is no setting %s", name)
		}
	}
	account, err := os.ReadFile("../deploy/clickhouse/analyst.xml")
	if err != nil {
		t.Fatal(err)
	}
	for statement := range strings.SplitSeq(string(raw), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := get(t, addr, "SELECT formatQuery("+sqlText(statement)+")", nil); err != nil {
			t.Error(err)
		}
		_, grant, isGrant := strings.Cut(statement, "SELECT ON ")
		if table, _, _ := strings.Cut(grant, " "); isGrant && !strings.Contains(string(account), "SELECT ON "+table+"<") {
			t.Errorf("analyst.xml says nothing of %s", table)
		}
	}
}

func sqlText(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
