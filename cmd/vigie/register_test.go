// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"strings"
	"testing"
)

// Who steers says so beside a running pipeline: incidents, actions and acknowledgements go into the log; mistakes come back with what to
// do, as a wrong command line.
func TestSayingThingsThroughTheLog(t *testing.T) {
	kafka := startBroker(t)
	f := func(wantCode int, want string, arguments ...string) {
		t.Helper()
		var out, err bytes.Buffer
		code := run(t.Context(), arguments, streams{strings.NewReader(""), &out, &err})
		if code != wantCode || !strings.Contains(out.String()+err.String(), want) {
			t.Errorf("%v: code %d, stdout %q, stderr %q; want code %d and %q", arguments, code, out.String(), err.String(), wantCode, want)
		}
	}
	to := func(arguments ...string) []string { return append(arguments, kafka...) }
	f(2, "which centre? Give centre", to("incident", "open", "--scope", "queue:assistance")...)
	f(0, "Version 1 of centre cap-rivage is in force", to("apply", centreFolder(t, nil), "--yes")...)
	// 10:02 in the zone of the centre is 09:02 UTC.
	f(0, "incident.opened inc-20260113T0902Z-assistance (queue:assistance) at 2026-01-13T09:02:00Z\n",
		to("incident", "open", "--scope", "queue:assistance", "--title", "portal unavailable", "--cause", "tool", "--at", "2026-01-13T10:02")...)
	f(0, "action.started act-reinforcement-20260113T0918Z-assistance", to("action", "start", "--lever", "reinforcement", "--scope", "queue:assistance",
		"--indicator", "sl_live", "--expected", "20", "--by", "supervisor", "--at", "2026-01-13T10:18")...)
	f(0, "action.ended act-1 at ", to("action", "end", "act-1")...)
	f(0, "incident.closed inc-1 at ", to("incident", "close", "inc-1", "--void")...)
	f(0, "alert.acknowledged waiting (queue:chat)", to("alert", "ack", "waiting", "--scope", "queue:chat", "--cause", "false_alarm")...)
	f(0, "alert.acknowledged waiting (centre)", to("alerts", "ack", "waiting", "--scope", "centre", "--cause", "test")...)

	f(2, "say where it hurts", to("incident", "open")...)
	f(2, "did you mean \"tool\"", to("incident", "open", "--scope", "centre", "--cause", "tol")...)
	f(2, "name one incident", to("incident", "close")...)
	f(2, "--scope is missing", to("action", "start", "--lever", "breaks")...)
	f(2, "say which alert", to("alert", "ack", "waiting", "--cause", "tool")...)
	f(2, "--clickhouse is missing", "incident", "list")
	f(2, "choose text or json", "alert", "noise", "--output", "csv")
	f(2, "did you mean close", "incident", "clos")
}
