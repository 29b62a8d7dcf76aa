// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadTokenFile(t *testing.T) {
	got, err := readTokenFile(file(t, "# the walls of Angers\n0123456789abcdef\n\n  fedcba9876543210  \n"), "--read-token-file")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"0123456789abcdef", "fedcba9876543210"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := readTokenFile(file(t, "# none\n"), "--write-token-file"); err == nil || !strings.Contains(err.Error(), "one a line") {
		t.Errorf("a file without a token: %v", err)
	}
	if got, err := readTokenFile("", "--read-token-file"); got != nil || err != nil {
		t.Errorf("no file: %v, %v", got, err)
	}
}

func TestReadWallLimits(t *testing.T) {
	got, err := readWallLimits(file(t, `{"asa": {"ok": 20000, "watch": 40000}, "occupancy": {"low": 6500, "ok": 8000, "watch": 8500}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]wall.Limits{"asa": {OK: 20000, Watch: 40000}, "occupancy": {Low: 6500, OK: 8000, Watch: 8500}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := readWallLimits(file(t, `{"asa": {"okay": 1}}`)); err == nil || !strings.Contains(err.Error(), "write for example") {
		t.Errorf("a member that does not exist: %v", err)
	}
}
