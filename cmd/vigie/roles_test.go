// SPDX-License-Identifier: Apache-2.0

package main

import (
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
