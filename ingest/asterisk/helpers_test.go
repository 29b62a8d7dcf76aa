// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

const (
	recording  = "../../seeds/asterisk-a/queue_log"
	memberRule = `Local/(\d+)@agents/n=advisor-$1`
)

func testOptions(t testing.TB, rules ...string) Options {
	t.Helper()
	members, err := ParseMemberRules(rules)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Centre: "paris", Members: members}
}

func newTestParser(t testing.TB, o Options) *Parser {
	t.Helper()
	p, err := NewParser(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// story renders events for comparison with text written by hand: seconds.milliseconds, type, then what is set.
func story(events []event.Event) string {
	var b strings.Builder
	for i := range events {
		e := &events[i]
		fmt.Fprintf(&b, "%d.%03d %s", e.Time/1000, e.Time%1000, e.Type)
		for _, f := range []struct{ name, value string }{
			{"contact", e.Contact}, {"queue", e.Queue}, {"advisor", e.Advisor}, {"direction", e.Direction}, {"reason", e.Reason},
			{"state", e.State}, {"kind", e.Kind}, {"by", e.By}, {"target", e.Target}, {"workstation", e.Workstation},
		} {
			if f.value != "" {
				fmt.Fprintf(&b, " %s=%s", f.name, f.value)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// tell parses the lines and renders everything that came out, dead letters and ignored lines included.
func tell(p *Parser, lines string) string {
	var b strings.Builder
	for i, l := range strings.Split(strings.Trim(lines, "\n"), "\n") {
		out := p.Line([]byte(l), ingest.Place{File: "queue_log", Line: int64(i + 1)})
		switch {
		case out.Dead != nil:
			fmt.Fprintf(&b, "dead %s %s\n", out.Dead.Place, out.Dead.Reason)
		case out.Ignored != NotIgnored:
			fmt.Fprintf(&b, "ignored %s\n", out.Ignored)
		default:
			b.WriteString(story(out.Events))
		}
	}
	return b.String()
}

func expectStory(t *testing.T, p *Parser, lines, want string) {
	t.Helper()
	got := strings.TrimSpace(tell(p, lines))
	if want = strings.TrimSpace(want); got != want {
		t.Errorf("lines\n%s\ngot\n%s\nwant\n%s", strings.TrimSpace(lines), got, want)
	}
}

// parseAll parses whole lines and returns copies of all events.
func parseAll(t testing.TB, p *Parser, lines []string) []event.Event {
	t.Helper()
	var all []event.Event
	for _, l := range lines {
		all = append(all, p.Line([]byte(l), ingest.Place{}).Events...)
	}
	return all
}

// splitLines yields the lines of text without their ends.
func splitLines(text []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for l := range bytes.Lines(text) {
			if !yield(bytes.TrimRight(l, "\n")) {
				return
			}
		}
	}
}
