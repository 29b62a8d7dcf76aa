// SPDX-License-Identifier: Apache-2.0

package event

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawEvent draws a valid event: what its type needs, and some of what it may carry.
func drawEvent(rt *rapid.T, t *testing.T) Event {
	e := smallest(t, rapid.SampledFrom(Types()).Draw(rt, "type"))
	e.Time = rapid.Int64Range(MinTime, MaxTime).Draw(rt, "time")
	e.Received = e.Time
	if e.Type != Tick {
		e.Received = rapid.Int64Range(0, MaxTime).Draw(rt, "received")
	}
	e.Sequence = rapid.Int64Range(0, MaxSequence).Draw(rt, "sequence")
	text := rapid.StringOfN(rapid.SampledFrom([]rune(`ab"\/é€😀 <&`+"\u2028")), 0, 64, MaxStringBytes)
	for _, f := range stringFields {
		switch f.name {
		case "id", "source":
			*f.of(&e) = "x" + rapid.StringOfN(rapid.SampledFrom([]rune(`ab"\é`)), 0, 64, MaxStringBytes-1).Draw(rt, f.name)
		case "channel", "direction", "kind", "by", "state", "reason", "customer", "customerold", "result":
		case "purpose", "basis", "verdict", "audit", "class", "resolved", "complaint", "critical":
			drawWord(rt, &e, f)
		default:
			if f.name == "contact" && rules[e.Type].forbidden.has(attrContact) {
				continue
			}
			if drawn := text.Draw(rt, f.name); drawn != "" && e.Type != Tick {
				*f.of(&e) = drawn
			}
		}
	}
	drawNumbers(rt, &e)
	if e.Target == e.Contact || e.Target == e.Advisor {
		e.Target += "'"
		if len(e.Target) > MaxStringBytes || e.Type == Tick {
			e.Target = e.Target[:0]
		}
		if e.Target == "" && needsTarget(e.Type) {
			e.Target = "'"
		}
	}
	return e
}

func needsTarget(t Type) bool { return rules[t].required.has(attrTarget) }

// drawWord draws a word that the attribute may hold in each type; what the type needs stays.
func drawWord(rt *rapid.T, e *Event, f stringField) {
	for _, w := range outcomeWords {
		if stringFields[w.attribute-firstString].name == f.name && *f.of(e) == "" && e.Type != Tick && rapid.Bool().Draw(rt, f.name) {
			*f.of(e) = rapid.SampledFrom(w.words).Draw(rt, f.name)
		}
	}
}

// drawNumbers draws some of the numbers, and due.
func drawNumbers(rt *rapid.T, e *Event) {
	if e.Type == Tick || rapid.Bool().Draw(rt, "telephony") {
		return
	}
	for _, f := range numberFields {
		if rapid.Bool().Draw(rt, f.name) {
			*f.of(e) = NumberOf(rapid.Int64Range(f.atLeast, f.atMost).Draw(rt, f.name))
		}
	}
	if rapid.Bool().Draw(rt, "due") {
		e.Due = rapid.Int64Range(MinTime, MaxTime).Draw(rt, "due")
	}
}

func TestValidEventsSurviveTheirJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := drawEvent(rt, t)
		if err := e.Validate(); err != nil {
			rt.Fatalf("a valid event was drawn: %v", err)
		}
		checkThereAndBack(rt, &e)
	})
}

// TestCloneSharesNoMemory decodes, clones, then overwrites what the decoded event was read from.
func TestCloneSharesNoMemory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := drawEvent(rt, t)
		record := AppendJSON(nil, &e)
		var d Decoder
		var decoded Event
		if err := d.Decode(record, &decoded); err != nil {
			rt.Fatal(err)
		}
		clone := decoded.Clone()
		scribble(record)
		scribble(d.scratch[:cap(d.scratch)])
		if diff := cmp.Diff(e, clone); diff != "" {
			rt.Fatalf("after its record was overwritten (-event +clone):\n%s", diff)
		}
	})
}

func TestErrorsShareNoMemory(t *testing.T) {
	for _, c := range refusedRecords {
		record := []byte(c.record)
		var d Decoder
		var e Event
		err := d.Decode(record, &e)
		before := err.Error()
		scribble(record)
		scribble(d.scratch[:cap(d.scratch)])
		if after := err.Error(); after != before {
			t.Errorf("%s: %q became %q when its record was overwritten", c.name, before, after)
		}
	}
}

func scribble(b []byte) {
	for i := range b {
		b[i] = '#'
	}
}

// TestEncoderAlwaysWritesJSON: even of an event that nobody should write.
func TestEncoderAlwaysWritesJSON(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := Event{
			ID: string(rapid.SliceOf(rapid.Byte()).Draw(rt, "id")), Type: Type(rapid.Byte().Draw(rt, "type")),
			Time: rapid.Int64().Draw(rt, "time"), Received: rapid.Int64().Draw(rt, "received"), Sequence: rapid.Int64().Draw(rt, "sequence"),
		}
		if written := AppendJSON(nil, &e); !json.Valid(written) || !utf8.Valid(written) {
			rt.Fatalf("not JSON: %q", written)
		}
	})
}

// TestDecodeNeverPanics cuts a record at each byte, and puts each byte at each place.
func TestDecodeNeverPanics(t *testing.T) {
	var d Decoder
	var e Event
	for i := range len(telephonyRecord) {
		if err := d.Decode([]byte(telephonyRecord[:i]), &e); err == nil {
			t.Fatalf("a record cut at byte %d is accepted", i)
		}
		for b := range 256 {
			record := []byte(telephonyRecord)
			record[i] = byte(b)
			_, ok := oracle(record)
			if err := d.Decode(record, &e); ok != (err == nil) {
				t.Fatalf("%s: Decode says %v, encoding/json with our rules says %v", record, err, ok)
			}
		}
	}
}
