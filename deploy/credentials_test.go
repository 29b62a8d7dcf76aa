// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

// userOf is the user that a file makes, and the variable that holds its password's hash.
func userOf(t *testing.T, file string) (user, variable string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`<(vigie_[a-z]+)>\s*<password_sha256_hex from_env="([A-Z0-9_]+)"/>`).FindStringSubmatch(string(raw))
	if m == nil {
		t.Fatalf("%s makes no user", file)
	}
	return m[1], m[2]
}

// Vigie logs in as the one account that may write, Grafana as one that may not, each with the password whose hash ClickHouse has of it.
func TestClickHouseCredentials(t *testing.T) {
	folder := t.TempDir()
	secrets := []string{"clickhouse_writer_password", "clickhouse_analyst_password"}
	for _, name := range secrets {
		write(t, filepath.Join(folder, name), "the password in "+name+"\n")
	}
	server := started(t, folder, "clickhouse/start.sh")
	secretOf := func(variable string) string {
		for _, name := range secrets {
			if sum := sha256.Sum256([]byte("the password in " + name)); server[variable] == hex.EncodeToString(sum[:]) {
				return name
			}
		}
		return "no secret"
	}
	writer, itsVariable := userOf(t, "clickhouse/writer.xml")
	if user, secret := flagOf(t, "vigie", "clickhouse-user"), path.Base(flagOf(t, "vigie", "clickhouse-password-file")); user != writer || secret != secretOf(itsVariable) {
		t.Errorf("vigie logs in as %s with %s; who writes is %s with %s", user, secret, writer, secretOf(itsVariable))
	}
	reader, itsVariable := userOf(t, "clickhouse/analyst.xml")
	sees := *service(t, "grafana").Environment["CLICKHOUSE_USER"]
	if password := started(t, folder, "grafana/start.sh")["CLICKHOUSE_PASSWORD"]; sees != reader || password != "the password in "+secretOf(itsVariable) {
		t.Errorf("Grafana logs in as %s with %q; who reads is %s with %s", sees, password, reader, secretOf(itsVariable))
	}
}

// Each token is in the file that is called after it.
func TestComposeVigieHasItsTokens(t *testing.T) {
	for flag, secret := range map[string]string{"token-file": "events_token", "read-token-file": "read_tokens", "write-token-file": "write_tokens", "customer-key-file": "customer_key"} {
		if got := flagOf(t, "vigie", flag); got != "/run/secrets/"+secret {
			t.Errorf("--%s is %s, not %s", flag, got, secret)
		}
	}
}

// Who makes organisations in Grafana is its administrator, with the password that it was given; the accounts behind their data sources
// are those that ClickHouse was given: of the same centre and key, at the same address.
func TestComposeRolesMeet(t *testing.T) {
	grafana, roles, accounts, boards := service(t, "grafana"), service(t, "roles"), service(t, "accounts"), service(t, "boards")
	variable := func(name string) string { return *grafana.Environment[name] }
	for flag, want := range map[string]string{
		"grafana-user":          variable("GF_SECURITY_ADMIN_USER"),
		"grafana-password-file": variable("GF_SECURITY_ADMIN_PASSWORD__FILE"),
		"clickhouse-address":    variable("CLICKHOUSE_HOST") + ":" + variable("CLICKHOUSE_PORT"),
		"key-file":              flagOf(t, "accounts", "key-file"),
		"organisation":          flagOf(t, "accounts", "organisation"),
	} {
		if got := flagOf(t, "roles", flag); got != want {
			t.Errorf("roles: --%s is %s, elsewhere it is %s", flag, got, want)
		}
	}
	if flagOf(t, "boards", "organisation") != flagOf(t, "accounts", "organisation") || path.Base(flagOf(t, "accounts", "key-file")) != "accounts_key" {
		t.Error("boards are of another centre than accounts, or passwords of another key")
	}
	if variable("CLICKHOUSE_PORT") != "9000" {
		t.Error("the data sources speak ClickHouse's native protocol, which is on 9000")
	}
	centre := func(s types.ServiceConfig) string {
		for _, v := range s.Volumes {
			if v.Target == "/centre" {
				return v.Source
			}
		}
		return ""
	}
	if of := centre(accounts); of == "" || of != centre(roles) || of != centre(boards) {
		t.Errorf("accounts are of %q, roles of %q, boards of %q", of, centre(roles), centre(boards))
	}
	if roles.DependsOn["grafana"].Condition != types.ServiceConditionHealthy || roles.DependsOn["accounts"].Condition != types.ServiceConditionCompletedSuccessfully ||
		service(t, "clickhouse").DependsOn["accounts"].Condition != types.ServiceConditionCompletedSuccessfully {
		t.Error("roles are pushed before Grafana is there, or ClickHouse starts without accounts")
	}
}

// The accounts that are written are those that ClickHouse reads: in the volume that both mount, by links in the folder of its other
// accounts; not analyst.xml, which is there already.
func TestComposeAccountsAreRead(t *testing.T) {
	s, written := service(t, "clickhouse"), flagOf(t, "accounts", "dir")
	mounted := func(s types.ServiceConfig) string {
		for _, v := range s.Volumes {
			if v.Source == "accounts" {
				return v.Target
			}
		}
		return ""
	}
	if at := mounted(service(t, "accounts")); at != written {
		t.Errorf("accounts are written to %s, the volume is at %s", written, at)
	}
	script, err := os.ReadFile("clickhouse/start.sh")
	if err != nil {
		t.Fatal(err)
	}
	if want := "${ACCOUNTS_DIR:-" + mounted(s) + "}"; !strings.Contains(string(script), want) {
		t.Errorf("start.sh does not look in %s", mounted(s))
	}
	for _, v := range s.Volumes {
		if want := "${USERS_DIR:-" + path.Dir(v.Target) + "}"; filepath.Base(v.Source) == "writer.xml" && !strings.Contains(string(script), want) {
			t.Errorf("start.sh does not put accounts beside %s", v.Target)
		}
	}
	secrets, from, to := t.TempDir(), t.TempDir(), t.TempDir()
	for _, name := range []string{"clickhouse_writer_password", "clickhouse_analyst_password"} {
		write(t, filepath.Join(secrets, name), "x")
	}
	if err := os.Mkdir(filepath.Join(from, "clickhouse"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lyon-wall.xml", "lyon-wall.sql", "analyst.xml"} {
		write(t, filepath.Join(from, "clickhouse", name), "<clickhouse/>")
	}
	for range 2 { // a container that starts again finds its links
		command := exec.Command("sh", "clickhouse/start.sh", "true")
		command.Env = []string{"PATH=" + os.Getenv("PATH"), "SECRETS_DIR=" + secrets, "ACCOUNTS_DIR=" + from, "USERS_DIR=" + to}
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	entries, err := os.ReadDir(to)
	if err != nil || !slices.Equal(namesOf(entries), []string{"lyon-wall.xml"}) {
		t.Errorf("ClickHouse is given %v, %v", namesOf(entries), err)
	}
	write(t, filepath.Join(from, "clickhouse", "lyon-wall.xml"), "<clickhouse>new</clickhouse>")
	if raw, err := os.ReadFile(filepath.Join(to, "lyon-wall.xml")); err != nil || !strings.Contains(string(raw), "new") {
		t.Errorf("a file that is written anew is not seen: %s, %v", raw, err)
	}
}

func namesOf(entries []os.DirEntry) (names []string) {
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
