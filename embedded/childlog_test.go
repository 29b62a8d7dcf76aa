// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestChildLog: a child's own records keep level and attributes, foreign lines
// are warnings, and how the pipe cuts them does not matter.
func TestChildLog(t *testing.T) {
	var out bytes.Buffer
	handler := slog.NewTextHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	log := &childLog{logger: slog.New(handler)}
	for _, b := range []byte(`{"time":"2026-01-01T00:00:00Z","level":"INFO","msg":"hello","z":1,"a":"x"}` + "\n\nCode: 76\n") {
		if _, err := log.Write([]byte{b}); err != nil {
			t.Fatal(err)
		}
	}
	want := `level=INFO msg="embedded ClickHouse: hello" a=x z=1
level=WARN msg="embedded ClickHouse: Code: 76"
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	for i := range 2 * lastLines {
		fmt.Fprintln(log, "line", i)
	}
	if words := log.lastWords(); strings.Contains(words, "line 9\n") || !strings.Contains(words, "line 10\n") || !strings.HasSuffix(words, "line 19") {
		t.Errorf("last words: %s", words)
	}
	fmt.Fprint(log, strings.Repeat("x", 3*maxLineBytes))
	if len(log.partial) > maxLineBytes {
		t.Errorf("%d bytes kept of a line without end", len(log.partial))
	}
}
