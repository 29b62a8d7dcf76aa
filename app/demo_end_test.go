// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/embedded"
)

// A demo that is told to end, or cannot begin, says so and leaves nothing in the place of temporary files.
func TestDemoLeavesNothingBehind(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	f := func(name string, o DemoOptions, wantError, wantSaid string) {
		t.Helper()
		temp := t.TempDir()
		t.Setenv("TMPDIR", temp)
		out := &syncBuffer{}
		o.Out, o.NoStore, o.Start, o.Version = out, true, "09:00", "test"
		err := Demo(t.Context(), o)
		if wantError == "" && err != nil || wantError != "" && (err == nil || !strings.Contains(err.Error(), wantError)) {
			t.Errorf("%s: %v, want %q", name, err, wantError)
		}
		if !strings.Contains(out.String(), wantSaid) {
			t.Errorf("%s: said\n%s\nwant %q", name, out, wantSaid)
		}
		if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
			t.Errorf("%s: left behind %v %v", name, left, err)
		}
	}
	port := taken.Addr().String()
	f("a port that is taken", DemoOptions{Speed: 60, Listen: port}, port+": listen tcp "+port+": bind: address already in use; if another program has the port, give a free one with --listen", "broker")
	f("no time", DemoOptions{Speed: 60, Listen: "127.0.0.1:0", For: time.Millisecond}, "", "was over before the day began")
	f("some seconds of the recording", DemoOptions{Recording: true, Speed: 600, Listen: "127.0.0.1:0", For: 3 * time.Second}, "", "Stopping, a moment; nothing is left behind")
}

// What a killed demo left is removed by the next one; what another process holds, or is no demo's, is not.
func TestAbandonedDemosAreRemoved(t *testing.T) {
	temp := t.TempDir()
	dir := func(name string) string { return filepath.Join(temp, demoDirPrefix+name, "broker") }
	for _, name := range []string{"killed", "running"} {
		b, err := embedded.StartBroker(t.Context(), embedded.BrokerOptions{DataDir: dir(name)})
		if err != nil {
			t.Fatal(err)
		}
		if name == "running" {
			defer b.Close() //nolint:errcheck // of no account here
		} else if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, other := range []string{dir("beginning"), filepath.Join(temp, "elsewhere", "broker")} {
		if err := os.MkdirAll(other, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	removeAbandoned(temp, demoDirPrefix)
	var left []string
	entries, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		left = append(left, e.Name())
	}
	if got := strings.Join(left, " "); got != "elsewhere vigie-demo-beginning vigie-demo-running" {
		t.Errorf("left: %s", got)
	}
}

// On a terminal a board is drawn over the one before it, whatever the width; elsewhere one after the other.
func TestRedraw(t *testing.T) {
	var out strings.Builder
	lines := 0
	redraw(&out, true, &lines, "a\nb\n")
	redraw(&out, true, &lines, "c\n")
	if got := out.String(); got != "\x1b[?7la\nb\n\x1b[?7h\x1b[2A\x1b[J\x1b[?7lc\n\x1b[?7h" || lines != 1 {
		t.Errorf("on a terminal: %q, %d lines", got, lines)
	}
	out.Reset()
	redraw(&out, false, &lines, "a\n")
	redraw(&out, false, &lines, "b\n")
	if got := out.String(); got != "a\nb\n" {
		t.Errorf("in a file: %q", got)
	}
}
