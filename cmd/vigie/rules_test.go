// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What vigie rules says and how it exits.
func TestRules(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(wrong, []byte("- {rule: r, scope: queue, when: waitng > 3, severity: info, audience: wall, summary_en: x, summary_fr: x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"rules", "check", "../../seeds/cap-rivage"}, exitOK, "25 rules, nothing is wrong with them"},
		{[]string{"rules", "check", filepath.Dir(wrong)}, exitFailure, `rules.yaml:1:33: when: column 1: there is nothing named "waitng"; did you mean "waiting"?`},
		{[]string{"rules", "test", "../../seeds/cap-rivage/tests/rules.yaml"}, exitOK, "32 tests passed, 0 failed"},
		{[]string{"rules", "test"}, exitUsage, "name at least one file of tests"},
		{[]string{"rules", "backtest"}, exitUsage, "no organisation is named"},
		{[]string{"rules", "backtest", "../../seeds/cap-rivage"}, exitUsage, "the past: name recordings"},
		{[]string{"rules", "backtest", "../../seeds/cap-rivage", "x.ndjson", "--format", "csv"}, exitUsage, "choose table or json"},
		{[]string{"rules", "backtest", "../../seeds/cap-rivage", "x.ndjson", "--rule", "nosuch"}, exitFailure, `there is no rule "nosuch"`},
		{[]string{"rules", "tset"}, exitUsage, `there is no command "tset"`},
	} {
		var out bytes.Buffer
		code := run(context.Background(), c.args, streams{strings.NewReader(""), &out, &out})
		if code != c.code || !strings.Contains(out.String(), c.says) {
			t.Errorf("vigie %s: exit code %d, want %d; it does not say %q:\n%s", strings.Join(c.args, " "), code, c.code, c.says, out.String())
		}
	}
}
