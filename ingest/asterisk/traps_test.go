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

func TestToleratedLines(t *testing.T) {
	for _, c := range []struct{ name, lines, want string }{
		{"old ENTERQUEUE without position", "1266833905|1266833905.2|9000|NONE|ENTERQUEUE||01773597776",
			"1266833905.000 queue.entered contact=1266833905.2 queue=9000 direction=inbound"},
		{"old CONNECT without ring", "1266834038|1266833996.30|9000|Local/2004@from-internal/n|CONNECT|36|1266834033.87", `
1266834038.000 advisor.offered contact=1266833996.30 queue=9000 advisor=Local/2004@from-internal/n
1266834038.000 advisor.connected contact=1266833996.30 queue=9000 advisor=Local/2004@from-internal/n`},
		{"CONNECT without any data", "1266834038|c|9000|anna|CONNECT", `
1266834038.000 advisor.offered contact=c queue=9000 advisor=anna
1266834038.000 advisor.connected contact=c queue=9000 advisor=anna`},
		{"a real ring of one second", "1366720340|1366720340.303267|MYQUEUE|SIP/8007|RINGNOANSWER|1000", `
1366720339.000 advisor.offered contact=1366720340.303267 queue=MYQUEUE advisor=SIP/8007
1366720340.000 advisor.missed contact=1366720340.303267 queue=MYQUEUE advisor=SIP/8007 reason=no_answer`},
		{"empty columns at the end, spaces, carriage return, byte order mark", "\xef\xbb\xbf 1000000000 | c1 | q | anna | COMPLETEAGENT | 1 | 2 | 1 |||\r",
			"1000000000.000 advisor.released contact=c1 queue=q advisor=anna by=advisor"},
		{"a bar inside the last column", "1000000000|c1|q|NONE|WITHDRAW|1|1|5|moved|a|b|c",
			"1000000000.000 queue.left contact=c1 queue=q reason=withdrawn"},
		{"a restart at the beginning of a log", "1000000000|NONE|NONE|NONE|QUEUESTART|", "ignored restart_without_calls"},
		{"blank", " \t\r", "ignored blank"},
		{"accents", "1000000000|NONE|accueil général|Zoé|PAUSE|déjeuner",
			"1000000000.000 advisor.state queue=accueil général advisor=Zoé reason=déjeuner state=paused"},
		{"the end of the year 2199", "7258118399|c1|q|NONE|ABANDON|1|1|1", "7258118399.000 queue.abandoned contact=c1 queue=q"},
	} {
		t.Run(c.name, func(t *testing.T) { expectStory(t, newTestParser(t, testOptions(t)), c.lines, c.want) })
	}
}

func TestDeadLetters(t *testing.T) {
	long := strings.Repeat("x", event.MaxStringBytes+1)
	for _, c := range []struct {
		line   string
		reason ingest.Reason
	}{
		{"hello", ingest.ReasonColumns},
		{"1000000000|c1|q|anna", ingest.ReasonColumns},
		{"|c1|q|anna|CONNECT|1|x|1", ingest.ReasonBadTime},
		{"soon|c1|q|anna|CONNECT|1|x|1", ingest.ReasonBadTime},
		{"1000000000.5|c1|q|anna|CONNECT|1|x|1", ingest.ReasonBadTime},
		{"-1000000000|c1|q|anna|CONNECT|1|x|1", ingest.ReasonBadTime},
		{"0|c1|q|anna|CONNECT|1|x|1", ingest.ReasonBadTime},
		{"7258118401|c1|q|anna|CONNECT|1|x|1", ingest.ReasonBadTime},
		{"99999999999999999999|c1|q|anna|CONNECT|1|x|1", ingest.ReasonBadTime},
		{"1000000000|c1|q|anna|CONNECT|-1|x|1", ingest.ReasonBadNumber},
		{"1000000000|c1|q|anna|CONNECT|1|x|one", ingest.ReasonBadNumber},
		{"1000000000|c1|q|anna|COMPLETEAGENT|1|99999999999|1", ingest.ReasonBadNumber},
		{"1000000000|c1|q|anna|RINGNOANSWER|604800001", ingest.ReasonBadNumber},
		{"1000000000|c1|q|NONE|ABANDON|1|1|-5", ingest.ReasonBadNumber},
		{"1000000000|c1|q|anna|FROBNICATE|1", ingest.ReasonUnknownVerb},
		{"1000000000|c1|q|anna||1", ingest.ReasonUnknownVerb},
		{"1000000000||q|NONE|ENTERQUEUE||0612345678|1", ingest.ReasonMissingValue},
		{"1000000000|c1|NONE|NONE|ENTERQUEUE||0612345678|1", ingest.ReasonMissingValue},
		{"1000000000|c1|q|NONE|CONNECT|1|x|1", ingest.ReasonMissingValue},
		{"1000000000|NONE|q|NONE|PAUSE|lunch", ingest.ReasonMissingValue},
		{"1000000000|c1|q|an\x00na|CONNECT|1|x|1", ingest.ReasonBinary},
		{"1000000000|c1|q|an\x0bna|CONNECT|1|x|1", ingest.ReasonBinary},
		{"\x7fELF\x02\x01\x01\x00\x00\xff\xfe", ingest.ReasonBinary},
		{"1000000000|NONE|q|anna|PAUSE|d\xe9jeuner", ingest.ReasonBadUTF8},
		{"1000000000|" + long + "|q|anna|CONNECT|1|x|1", ingest.ReasonTooLong},
		{"1000000000|c1|" + long + "|anna|CONNECT|1|x|1", ingest.ReasonTooLong},
		{"1000000000|NONE|q|anna|PAUSE|" + long, ingest.ReasonTooLong},
		{"1000000000|c1|q|anna|CONNECT|" + strings.Repeat("x", MaxLineBytes), ingest.ReasonTooLong},
	} {
		p := newTestParser(t, testOptions(t))
		out := p.Line([]byte(c.line), ingest.Place{File: "log", Line: 7})
		if out.Dead == nil || out.Dead.Reason != c.reason || len(out.Events) != 0 {
			t.Errorf("%.60q: %+v, want a dead letter %s", c.line, out, c.reason)
			continue
		}
		if d := out.Dead; d.Place.String() != "log:7" || d.Source != "asterisk" || d.Detail == "" || len(d.Raw) > ingest.MaxRawBytes {
			t.Errorf("%.60q: incomplete dead letter %+v", c.line, d)
		}
	}
}

// Dead letters travel, so what may identify a customer is removed from them.
func TestDeadLettersHideCustomers(t *testing.T) {
	for line, want := range map[string]string{
		"x|1366720340.303267|q|NONE|ENTERQUEUE||0612345678|1|Jeanne Martin": "x|1366720340.303267|q|NONE|ENTERQUEUE|...",
		"1366720340|1366720340.303267|q|anna|FROB|0612345678|out|123":       "1366720340|1366720340.303267|q|anna|FROB|##########|out|123",
	} {
		out := newTestParser(t, testOptions(t)).Line([]byte(line), ingest.Place{})
		if out.Dead == nil || out.Dead.Raw != want {
			t.Errorf("%q: %+v, want raw %q", line, out.Dead, want)
		}
	}
}

func TestCallersEnterAsHashesOnly(t *testing.T) {
	privacy, err := ingest.NewPrivacy(ingest.PrivacyOptions{Current: ingest.Key{ID: "k1", Secret: []byte("0123456789abcdef")}, Country: "33"})
	if err != nil {
		t.Fatal(err)
	}
	o := testOptions(t)
	o.Privacy = privacy
	customer := func(caller string) string {
		line := "1000000000|c1|q|NONE|ENTERQUEUE|http://crm/?tel=" + caller + "|" + caller + "|1|Jeanne Martin"
		out := newTestParser(t, o).Line([]byte(line), ingest.Place{})
		if len(out.Events) != 1 {
			t.Fatalf("%q: %+v", line, out)
		}
		encoded := event.AppendJSON(nil, &out.Events[0])
		for _, clear := range []string{"12345678", "Jeanne", "crm"} {
			if bytes.Contains(encoded, []byte(clear)) {
				t.Errorf("%q in the event %s", clear, encoded)
			}
		}
		return out.Events[0].Customer
	}
	if a, b := customer("0612345678"), customer("+33612345678"); a == "" || a != b || !ingest.IsHash(a) {
		t.Errorf("one customer in two notations: %q and %q", a, b)
	}
	for _, nobody := range []string{"anonymous", "", "unknown", "7009"} {
		if got := customer(nobody); got != "" {
			t.Errorf("caller %q became customer %q", nobody, got)
		}
	}
}

// Identical lines of one second are different events, and the same ones on every reading.
func TestIdenticalLinesHaveTheirOrdinal(t *testing.T) {
	lines := []string{
		"1000000000|NONE|q|anna|PAUSE|lunch", "1000000000|NONE|q|anna|PAUSE|lunch",
		"1000000001|c1|q|anna|RINGNOANSWER|0", "1000000000|NONE|q|anna|PAUSE|lunch",
	}
	first, second := parseAll(t, newTestParser(t, testOptions(t)), lines), parseAll(t, newTestParser(t, testOptions(t)), lines)
	ids := map[string]bool{}
	for i := range first {
		ids[first[i].ID] = true
		if first[i].ID != second[i].ID {
			t.Errorf("event %d: id %s, then %s", i, first[i].ID, second[i].ID)
		}
	}
	if len(ids) != 5 { // three pauses, one offer, one missed
		t.Errorf("%d ids for 5 events: %v", len(ids), ids)
	}
	// `printf '1000000000|NONE|q|anna|PAUSE|lunch' | sha256sum`, the first 32 digits
	if want := "c6ab973adfc3de7efe37ae3d9177f4f1"; first[0].ID != want {
		t.Errorf("id %s, want %s", first[0].ID, want)
	}
	if first[0].Sequence != 2 || first[1].Sequence != 4 || first[4].Sequence != 6 {
		t.Errorf("sequences of the pauses %d %d %d, want 2 4 6", first[0].Sequence, first[1].Sequence, first[4].Sequence)
	}
}

// A clock that is set back: lines keep their own time, ids and order stay sound.
func TestTimeGoingBack(t *testing.T) {
	lines := []string{
		"1000086400|c1|q|NONE|ENTERQUEUE||0612345678|1", "1000000000|c2|q|NONE|ENTERQUEUE||0612345679|1",
		"1000000003|c1|q|NONE|ABANDON|1|1|3", "1000086400|c1|q|NONE|ENTERQUEUE||0612345678|1",
	}
	events := parseAll(t, newTestParser(t, testOptions(t)), lines)
	if events[1].Time != 1000000000000 || events[2].Time != 1000000003000 {
		t.Errorf("times %d %d, want the lines' own", events[1].Time, events[2].Time)
	}
	if events[0].ID == events[3].ID || events[3].Sequence != 4 {
		t.Errorf("the repeated line has id %s (first %s) and sequence %d, want another id and 4", events[3].ID, events[0].ID, events[3].Sequence)
	}
}

// What a parser remembers is bounded, whatever the log does.
func TestMemoryIsBounded(t *testing.T) {
	p := newTestParser(t, testOptions(t))
	for i := range maxOpenCalls + 500 { // calls that never end, one a second
		p.Line(fmt.Appendf(nil, "%d|c%d|q|NONE|ENTERQUEUE||0612345678|1", 1_000_000_000+i, i), ingest.Place{})
	}
	if n := len(p.calls.byID); n != maxOpenCalls {
		t.Errorf("%d calls remembered, want %d", n, maxOpenCalls)
	}
	if n := len(p.seconds.bySecond); n != maxSeconds || len(p.seconds.order) != maxSeconds {
		t.Errorf("%d seconds remembered, want %d", n, maxSeconds)
	}
	if s := p.Summary(); s.Forgotten != 500 || len(s.Remedies()) != 1 {
		t.Errorf("forgotten %d, remedies %q; want 500 and one", s.Forgotten, s.Remedies())
	}
	p = newTestParser(t, testOptions(t))
	for i := range 3 * maxClosedCalls {
		p.Line(fmt.Appendf(nil, "%d|c%d|q|NONE|ENTERQUEUE||0612345678|1", 1_000_000_000, i), ingest.Place{})
		for range 2 * maxCallParts {
			p.Line(fmt.Appendf(nil, "%d|c%d|q|a%d|CONNECT|1|x|1", 1_000_000_000, i, i), ingest.Place{})
			p.Line(fmt.Appendf(nil, "%d|c%d|q|a%d|COMPLETEAGENT|1|x|1", 1_000_000_000, i, i), ingest.Place{})
			p.Line(fmt.Appendf(nil, "%d|c%d|q|a%d|COMPLETEAGENT|1|1|1", 1_000_000_000, i, i), ingest.Place{})
		}
	}
	if n := len(p.calls.byID); n != maxClosedCalls {
		t.Errorf("%d closed calls remembered, want %d", n, maxClosedCalls)
	}
	for _, c := range p.calls.byID {
		if len(c.legs) > maxCallParts || len(c.rings) > maxCallParts {
			t.Fatalf("call %s has %d legs and %d rings, at most %d are allowed", c.id, len(c.legs), len(c.rings), maxCallParts)
		}
	}
}

// Where calls show interfaces that a rule maps, the interface is the workstation at which an offer rang. One that nobody maps stands
// for the advisor already.
func TestInterfaceIsTheWorkstation(t *testing.T) {
	lines := "1000000010|c1|q|SIP/8007|RINGNOANSWER|5000"
	expectStory(t, newTestParser(t, testOptions(t, `SIP/(.+)=advisor-$1`)), lines, `
1000000005.000 advisor.offered contact=c1 queue=q advisor=advisor-8007 workstation=SIP/8007
1000000010.000 advisor.missed contact=c1 queue=q advisor=advisor-8007 reason=no_answer`)
	expectStory(t, newTestParser(t, testOptions(t)), lines, `
1000000005.000 advisor.offered contact=c1 queue=q advisor=SIP/8007
1000000010.000 advisor.missed contact=c1 queue=q advisor=SIP/8007 reason=no_answer`)
}

func TestMemberRules(t *testing.T) {
	rules, err := ParseMemberRules([]string{memberRule, `(?i)agent/(\d+)=advisor-$1`, `SIP/(.+)=$1`})
	if err != nil {
		t.Fatal(err)
	}
	for member, want := range map[string]string{
		"Local/1010@agents/n": "advisor-1010", "AGENT/3001": "advisor-3001", "SIP/8007": "8007",
		"xLocal/1010@agents/n": "xLocal/1010@agents/n", "anna": "anna", "": "",
	} {
		if got := mapMember(rules, member); got != want {
			t.Errorf("%q became %q, want %q", member, got, want)
		}
	}
	for _, bad := range []string{"", "x", "=x", "x=", "(=y", "a=b\x00"} {
		if _, err := ParseMemberRule(bad); err == nil {
			t.Errorf("rule %q was accepted", bad)
		}
	}
	// The rules apply to call lines as well, so both name one advisor.
	expectStory(t, newTestParser(t, testOptions(t, `SIP/(.+)=advisor-$1`)), `
1000000000|MANAGER|q|SIP/8007|ADDMEMBER|
1000000001|NONE|q|SIP/8007|PAUSE|lunch`, `
1000000000.000 advisor.state queue=q advisor=advisor-8007 state=available
1000000001.000 advisor.state queue=q advisor=advisor-8007 reason=lunch state=paused`)
}

// While following, what the parser saw so far decides; a prescan says it from the beginning.
func TestUnmappedMembers(t *testing.T) {
	lines := `
1000000000|MANAGER|q|Local/1@agents/n|ADDMEMBER|
1000000001|NONE|q|advisor-1|PAUSE|lunch
1000000002|MANAGER|q|Local/1@agents/n|REMOVEMEMBER|
1000000003|MANAGER|q|advisor-2|ADDMEMBER|`
	expectStory(t, newTestParser(t, testOptions(t)), lines, `
1000000000.000 advisor.state queue=q advisor=Local/1@agents/n state=available
1000000001.000 advisor.state queue=q advisor=advisor-1 reason=lunch state=paused
ignored unmapped_member
1000000003.000 advisor.state queue=q advisor=advisor-2 state=available`)
	o := testOptions(t)
	o.PlainNames = true
	expectStory(t, newTestParser(t, o), lines, `
ignored unmapped_member
1000000001.000 advisor.state queue=q advisor=advisor-1 reason=lunch state=paused
ignored unmapped_member
1000000003.000 advisor.state queue=q advisor=advisor-2 state=available`)
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{{}, {Centre: "a\x00b"}, {Centre: strings.Repeat("x", 100)}, {Centre: "a", ContactPrefix: strings.Repeat("x", 100)}} {
		if _, err := NewParser(o); err == nil {
			t.Errorf("options %+v were accepted", o)
		}
	}
	p := newTestParser(t, Options{Centre: "c", Source: "asterisk:paris-1", ContactPrefix: "p1-"})
	out := p.Line([]byte("1000000000|7.1|q|NONE|ABANDON|1|1|1"), ingest.Place{})
	if e := out.Events[0]; e.Contact != "p1-7.1" || e.Source != "asterisk:paris-1" || e.Centre != "c" || e.Channel != event.ChannelVoice {
		t.Errorf("event %+v", e)
	}
}
