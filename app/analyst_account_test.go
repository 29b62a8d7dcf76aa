// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/xml"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// The account of analysts, with the file that is shipped: an engine whose only user has its profile, limits and grants reads the
// views and the definitions, and can neither write, nor read the raw records and the configuration, nor lift its limits.
func TestTheAccountOfAnalystsHolds(t *testing.T) {
	dir := t.TempDir()
	fillForAnalysts(t, dir)
	engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: dir, Env: []string{engineEnv + "=1"},
		Command: []string{os.Args[0], "--config-file", analystConfig(t)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	addr := "http://" + engine.Addr()
	for query, want := range map[string]string{
		"SELECT sum(offered), sum(offered_num) FROM vigie.v_queue_day WHERE queue = 'support'":                 "3\t3\n",
		"SELECT count() > 150 FROM vigie.indicator_definitions":                                                "1\n",
		"SELECT sum(offered) FROM vigie.facts":                                                                 "3\n",
		"SELECT max(waiting) FROM vigie.v_queue_sample":                                                        "3\n",
		"SELECT value FROM system.settings WHERE name = 'max_execution_time'":                                  "60\n",
		"SELECT sum(offered) FROM vigie.v_centre_day SETTINGS max_execution_time = 5":                          "3\n",
		"SELECT currentUser() = 'default', countIf(comment = '') FROM system.columns WHERE database = 'vigie'": "1\t0\n",
	} {
		if got, err := get(t, addr, query, nil); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", query, got, err, want)
		}
	}
	for statement, want := range map[string]string{
		"SELECT * FROM vigie.events": "ACCESS_DENIED",
		"SELECT * FROM vigie.config": "ACCESS_DENIED",
		"INSERT INTO vigie.lanes (centre, lane, visible) VALUES ('lyon', 'x', 1)": "ACCESS_DENIED",
		"ALTER TABLE vigie.facts DELETE WHERE 1":                                  "ACCESS_DENIED",
		"DROP TABLE vigie.facts":                                                  "ACCESS_DENIED",
		"CREATE TABLE vigie.mine (x UInt8) ENGINE = Memory":                       "ACCESS_DENIED",
		"SELECT count() FROM vigie.facts SETTINGS max_execution_time = 600":       "SETTING_CONSTRAINT_VIOLATION",
		"SELECT count() FROM vigie.facts SETTINGS readonly = 0":                   "READONLY",
		"SELECT count() FROM numbers(3000000000) WHERE NOT ignore(number)":        "TOO_MANY_ROWS",
	} {
		if got, err := post(t, addr, statement); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %.80q, error %v; want %s", statement, got, err, want)
		}
	}
}

// fillForAnalysts makes a database with three calls that wait, and stops its engine.
func fillForAnalysts(t *testing.T, dir string) {
	t.Helper()
	engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: dir, Command: []string{os.Args[0]}, Env: []string{engineEnv + "=1"}})
	if err != nil {
		t.Fatal(err)
	}
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	st, err := OpenStore(t.Context(), store.Options{Addr: "http://" + engine.Addr()}, catalogue, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	writer, err := st.OpenWriter(t.Context(), "log", 0, store.WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	start := dayMsOf(t, "2026-11-17")
	m, builder := aggregator.New(0), store.NewBuilder()
	for offset := range int64(5) {
		e := event.Event{ID: fmt.Sprint(offset), Source: "test", Centre: "lyon", Type: event.QueueEntered, Contact: fmt.Sprint(offset), Queue: "support",
			Time: start + offset*1000, Received: start + offset*1000}
		if offset >= 3 {
			e.Type, e.Centre, e.Contact, e.Queue, e.Received = event.Tick, "", "", "", start+offset*10_000
			e.Time = e.Received
		}
		m.Step(offset, event.AppendJSON(nil, &e))
		ready := m.Ready()
		if err := builder.AddFacts(ready.Facts, ready.Incs); err != nil {
			t.Fatal(err)
		}
		builder.AddGauges(ready.Gauges)
		m.Clear()
	}
	if err := writer.Write(t.Context(), builder.Seal("log", 0, 0, 4, "test")); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if err := engine.Close(); err != nil {
		t.Fatal(err)
	}
}

// analystConfig is a configuration whose users file is analyst.xml, with its user under the name of the engine's only one.
func analystConfig(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../deploy/clickhouse/analyst.xml")
	if err != nil {
		t.Fatal(err)
	}
	before, users, found := strings.Cut(string(raw), "<users>")
	if !found || xml.Unmarshal(raw, new(struct{})) != nil {
		t.Fatal("analyst.xml has no users")
	}
	users = strings.NewReplacer("<vigie_analyst>", "<default>", "</vigie_analyst>", "</default>",
		`<password_sha256_hex from_env="VIGIE_ANALYST_PASSWORD_SHA256"/>`, "<password></password>").Replace(users)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"users.xml":  strings.Replace(before+"<users>"+users, "<profiles>", "<quotas><default/></quotas><profiles><default/>", 1),
		"config.xml": "<clickhouse><users_config>" + filepath.Join(dir, "users.xml") + "</users_config></clickhouse>",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "config.xml")
}
