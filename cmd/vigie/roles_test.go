// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const accountsKey = "0123456789abcdef0123456789abcdef"

// The accounts of the demo centre are written, the same each time; with a key no variable is needed but for persons.
func TestRolesGenerate(t *testing.T) {
	dir, key := t.TempDir(), filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(accountsKey+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flags := []string{"roles", "generate", "--dir", dir, "--organisation", demoCentreFolder, "--day", "2026-11-17", "--key-file", key}
	read := func() string {
		stdout, stderr, code := vigie(t, flags...)
		// A wall's, teams', coach's and analyst's account, one of the server, 11 managers, 3 clients; 7 kinds, each in two forms.
		if code != exitOK || !strings.HasPrefix(stdout, "19 accounts, 14 files in ") {
			t.Fatalf("code %d, %s%s", code, stdout, stderr)
		}
		raw, err := os.ReadFile(filepath.Join(dir, "clickhouse", "cap-rivage-wall.xml"))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	first := read()
	if again := read(); first != again || strings.Contains(first, "from_env") || strings.Contains(first, accountsKey) {
		t.Errorf("the file takes the password from elsewhere, or differs the second time:\n%.600s", first)
	}
}

func TestUsageOfRoles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	short, password := file("short", "abc"), file("password", "x")
	const grafana = "push --grafana http://127.0.0.1:1 --grafana-password-file "
	for _, c := range []struct {
		want, arguments string
		code            int
	}{
		{"--dir is missing", "generate", exitUsage},
		{"needs 32", "generate --dir " + dir + " --key-file " + short, exitFailure},
		{"no such file", "generate --dir " + dir + " --key-file " + dir + "/nothing", exitFailure},
		{"cannot be part of an account's name", "generate --dir " + dir + " --centre a__b", exitFailure},
		{"--grafana or --grafana-password-file is missing", "push --grafana http://127.0.0.1:1", exitUsage},
		{"write it as clickhouse:9000", grafana + password + " --clickhouse-address clickhouse", exitUsage},
		{"is Grafana there?", grafana + password, exitFailure},
	} {
		_, stderr, code := vigie(t, append([]string{"roles"}, strings.Fields(c.arguments)...)...)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: code %d, %s", c.arguments, code, stderr)
		}
	}
}

// The command pushes with passwords from variables, or from a key, and names each organisation with its number, what differs and how much.
func TestRolesPush(t *testing.T) {
	passwords := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/api/orgs/name/"):
			fmt.Fprint(w, `{"id": 4}`)
		case strings.HasSuffix(path, "/users"):
			fmt.Fprint(w, `[{"userId": 1, "login": "admin", "role": "Admin"}]`)
		case path == "/api/org":
			fmt.Fprintf(w, `{"id": %s}`, r.Header.Get("X-Grafana-Org-Id"))
		case strings.HasSuffix(path, "/permissions"):
			fmt.Fprint(w, `[{"role": "Viewer", "permission": 1}, {"role": "Editor", "permission": 1}]`)
		case path == "/api/orgs" || path == "/api/search":
			fmt.Fprint(w, `[]`)
		case r.Method == http.MethodGet:
			http.Error(w, `{"message": "not found"}`, http.StatusNotFound)
		default:
			raw, err := io.ReadAll(r.Body)
			var sent struct{ SecureJSONData struct{ Password string } }
			if err != nil || json.Unmarshal(raw, &sent) != nil {
				t.Errorf("%s: %v", path, err)
			}
			passwords[sent.SecureJSONData.Password] = true
			fmt.Fprint(w, `{}`)
		}
	}))
	defer server.Close()
	dir := t.TempDir()
	for name, text := range map[string]string{"password": "x", "key": accountsKey} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flags := []string{"roles", "push", "--grafana", server.URL, "--grafana-password-file", filepath.Join(dir, "password"), "--organisation", demoCentreFolder, "--language", "fr"}
	if _, stderr, code := vigie(t, flags...); code == exitOK || !strings.Contains(stderr, "set the variable VIGIE_WALL_PASSWORD") {
		t.Errorf("without a password: code %d, %s", code, stderr)
	}
	for _, kind := range []string{"WALL", "TEAMS", "MANAGER", "COACH", "STUDIES", "CLIENT"} {
		t.Setenv("VIGIE_"+kind+"_PASSWORD", "the password of "+kind)
	}
	stdout, stderr, code := vigie(t, flags...)
	if code != exitOK || !strings.Contains(stdout, "same      organisation 4 (Vigie cap-rivage manager mistral)\n") || !strings.Contains(stdout, "new       data source clickhouse-people (vigie_coach__cap-rivage)\n") ||
		!passwords["the password of STUDIES"] || !strings.Contains(stdout, " differ, ") {
		t.Errorf("code %d, %.600s%s, passwords %v", code, stdout, stderr, passwords)
	}
	clear(passwords)
	// The password is openssl's, as in the test of package roles.
	if _, stderr, code := vigie(t, append(flags, "--key-file", filepath.Join(dir, "key"))...); code != exitOK || !passwords["7b31aee67719b729e8f8131606e5c1c6df4acc9cd53d36fca8826e91e6ddf623"] {
		t.Errorf("with a key: code %d, %s, passwords %v", code, stderr, passwords)
	}
}
