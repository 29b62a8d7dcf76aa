// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/xml"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// The account of Vigie itself, with the file that is shipped: an engine whose only user has its grants lets it make its database and
// tables, write and read them, bring them up to date again, and nothing else.
func TestTheAccountOfVigieSuffices(t *testing.T) {
	engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: t.TempDir(), Env: []string{engineEnv + "=1"},
		Command: []string{os.Args[0], "--config-file", writerConfig(t)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	addr := "http://" + engine.Addr()
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		st, err := OpenStore(t.Context(), store.Options{Addr: addr}, catalogue, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, statement := range []string{"INSERT INTO vigie.lanes (centre, lane, visible) VALUES ('lyon', 'x', 1)", "ALTER TABLE vigie.lanes DELETE WHERE centre = 'lyon'"} {
		if got, err := post(t, addr, statement); err != nil {
			t.Errorf("%s: %s, %v", statement, got, err)
		}
	}
	for _, statement := range []string{"CREATE DATABASE other", "CREATE USER other", "CREATE TABLE default.mine (x UInt8) ENGINE = Memory", "SYSTEM SHUTDOWN",
		"SELECT * FROM url('http://127.0.0.1:1/', CSV, 'x String')", "GRANT SELECT ON vigie.* TO default"} {
		if got, err := post(t, addr, statement); err == nil || !strings.Contains(err.Error(), "ACCESS") {
			t.Errorf("%s: %.80q, error %v; want it refused", statement, got, err)
		}
	}
}

// writerConfig is a configuration whose users file is writer.xml, with its user under the name of the engine's only one.
func writerConfig(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("../deploy/clickhouse/writer.xml")
	if err != nil {
		t.Fatal(err)
	}
	_, user, found := strings.Cut(string(raw), "<vigie_writer>")
	user, _, ends := strings.Cut(user, "</vigie_writer>")
	if !found || !ends || xml.Unmarshal(raw, new(struct{ XMLName xml.Name })) != nil {
		t.Fatal("writer.xml has no user vigie_writer")
	}
	user = strings.Replace(user, `<password_sha256_hex from_env="VIGIE_WRITER_PASSWORD_SHA256"/>`, "<password></password>", 1)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"users.xml":  "<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default>" + user + "</default></users></clickhouse>",
		"config.xml": "<clickhouse><users_config>" + filepath.Join(dir, "users.xml") + "</users_config></clickhouse>",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "config.xml")
}
