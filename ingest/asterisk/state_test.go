// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// A parser saved and restored between any two lines gives the same events, ids and sequences as one that went on.
func TestRestoredParserContinues(t *testing.T) {
	text, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	// What the recording lacks: consultation, wrap-up, restart with open calls, repeated lines, time going back.
	lines = append(lines,
		"1795385100|x1|support|NONE|ENTERQUEUE||0612345678|1",
		"1795385101|x1|support|anna|CONNECT|1|x|1",
		"1795385110|x2|ventes|NONE|ENTERQUEUE||7009|1",
		"1795385111|x2|support|anna|ATTENDEDTRANSFER|APP|Queue|1|10|1",
		"1795385111|x2|support|anna|ATTENDEDTRANSFER|APP|Queue|1|10|1",
		"1795385112|x1|ventes|ben|RINGNOANSWER|9000",
		"1795385000|x3|ventes|NONE|ENTERQUEUE||0612345678|1",
		"1795385113|x1|ventes|ben|CONNECT|3|x|9",
		"1795385114|NONE|ventes|ben|WRAPUPSTART|5",
		"1795385120|NONE|NONE|NONE|QUEUESTART|")
	whole := newTestParser(t, testOptions(t, memberRule))
	parts := newTestParser(t, testOptions(t, memberRule))
	for i, l := range lines {
		if i%7 == 0 || i > len(lines)-12 {
			state := parts.State()
			next := newTestParser(t, testOptions(t, memberRule))
			if err := next.Restore(state); err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			if again := next.State(); !bytes.Equal(again, state) {
				t.Fatalf("line %d: the state changed by saving it:\n%s\n%s", i+1, state, again)
			}
			parts = next
		}
		a, b := encodeAll(whole.Line([]byte(l), ingest.Place{})), encodeAll(parts.Line([]byte(l), ingest.Place{}))
		if a != b {
			t.Fatalf("line %d %s:\n%s\nafter restoring:\n%s", i+1, l, a, b)
		}
	}
	if n := whole.Summary().Events[event.ContactMerged]; n != 1 {
		t.Errorf("%d merges, want 1: the repeated transfer finds no open leg", n)
	}
}

func encodeAll(out Output) string {
	var b []byte
	for i := range out.Events {
		b = append(event.AppendJSON(b, &out.Events[i]), '\n')
	}
	return string(b)
}

func TestDamagedStateIsRefused(t *testing.T) {
	for _, state := range []string{
		"", "{", `{"version":99}`, `{"version":1,"seconds":[{"second":1,"events":1,"lines":"AAAA"}]}`,
		`{"version":1,"seconds":[{"second":1,"events":-1}]}`, `{"version":1,"calls":[{"id":"a"},{"id":"a"}]}`,
		`{"version":1,"calls":[{"id":"a","open":true}]}`, `{"version":1,"calls":[{"id":""}]}`,
	} {
		p := newTestParser(t, testOptions(t))
		before := p.State()
		if err := p.Restore([]byte(state)); err == nil {
			t.Errorf("state %s was accepted", state)
		}
		if !bytes.Equal(before, p.State()) {
			t.Errorf("state %s changed the parser although it was refused", state)
		}
	}
}

// FuzzLine: whatever the lines hold, nothing panics, counts add up, every event is valid and survives its encoding,
// and a restored parser agrees.
func FuzzLine(f *testing.F) {
	text, err := os.ReadFile(recording)
	if err != nil {
		f.Fatal(err)
	}
	lines := bytes.Split(text, []byte("\n"))
	for i := 0; i+4 < len(lines); i += 97 {
		f.Add(bytes.Join(lines[i:i+4], []byte("\n")))
	}
	for verb := range verbs {
		f.Add([]byte("1000000000|c1|q|NONE|ENTERQUEUE||0612345678|1\n1000000002|c1|q|a|CONNECT|1|x|1\n1000000003|c1|q|a|" + verb + "|1|2|3|4|5"))
	}
	f.Add([]byte("1000000000|c1|q|a|CONNECT|1|x|9\n\n1|c2|q|a|ATTENDEDTRANSFER|LINK|a|b|1|2|3\n7258118400|c1|q|a|WRAPUPSTART|600000"))
	o := testOptions(f, `SIP/(.*)=$1`)
	f.Fuzz(func(t *testing.T, input []byte) {
		p, restored := newTestParser(t, o), newTestParser(t, o)
		var producing, ignored, dead int64
		ids := map[string]bool{}
		for _, l := range bytes.Split(input, []byte("\n")) {
			if err := restored.Restore(p.State()); err != nil {
				t.Fatal(err)
			}
			out := p.Line(l, ingest.Place{File: "fuzz"})
			if a, b := encodeAll(out), encodeAll(restored.Line(l, ingest.Place{File: "fuzz"})); a != b {
				t.Fatalf("%q: %s\nrestored: %s", l, a, b)
			}
			switch {
			case out.Dead != nil && len(out.Events) == 0 && out.Ignored == NotIgnored:
				dead++
			case out.Dead == nil && len(out.Events) == 0 && out.Ignored != NotIgnored:
				ignored++
			case out.Dead == nil && len(out.Events) > 0 && out.Ignored == NotIgnored:
				producing++
			default:
				t.Fatalf("%q: neither events nor dead nor ignored, or several of them: %+v", l, out)
			}
			checkEvents(t, out.Events, ids)
		}
		s := p.Summary()
		total := int64(bytes.Count(input, []byte("\n"))) + 1
		if s.Lines != total || s.Producing != producing || sum(s.Ignored) != ignored || sum(s.Dead) != dead || producing+ignored+dead != total {
			t.Fatalf("counts do not add up: %+v; producing %d ignored %d dead %d", s, producing, ignored, dead)
		}
	})
}

func checkEvents(t *testing.T, events []event.Event, ids map[string]bool) {
	t.Helper()
	for i := range events {
		e := &events[i]
		if err := e.Validate(); err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		var back event.Event
		var d event.Decoder
		encoded := event.AppendJSON(nil, e)
		if err := d.Decode(encoded, &back); err != nil {
			t.Fatalf("%s: %v", encoded, err)
		}
		if again := event.AppendJSON(nil, &back); !bytes.Equal(again, encoded) {
			t.Fatalf("%s became %s", encoded, again)
		}
		if ids[e.ID] {
			t.Fatalf("id %s twice", e.ID)
		}
		ids[e.ID] = true
	}
}

func sum[K comparable](m map[K]int64) (total int64) {
	for _, n := range m {
		total += n
	}
	return total
}
