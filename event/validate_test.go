// SPDX-License-Identifier: Apache-2.0

package event

import (
	"strings"
	"testing"
)

// needs says by hand what each type needs beyond id, source, type and time; "reason=a,b" limits it to words.
var needs = map[Type]string{
	Tick:               "received",
	ContactStarted:     "centre contact",
	ContactEnded:       "centre contact",
	ContactMerged:      "centre contact target",
	ContactDisposed:    "centre contact code",
	QueueEntered:       "centre contact queue",
	QueueAbandoned:     "centre contact queue",
	QueueLeft:          "centre contact queue reason=timeout,overflow,callback,voicemail,key,empty,withdrawn,lost",
	QueueRefused:       "centre contact queue reason=closed,full,no_advisor,deterred",
	AdvisorOffered:     "centre contact advisor",
	AdvisorMissed:      "centre contact advisor",
	AdvisorCancelled:   "centre contact advisor",
	AdvisorConnected:   "centre contact advisor",
	AdvisorHeld:        "centre contact advisor",
	AdvisorResumed:     "centre contact advisor",
	AdvisorReleased:    "centre contact advisor",
	AdvisorWrapped:     "centre contact advisor",
	AdvisorTransferred: "centre contact advisor kind=blind,consult,external",
	AdvisorState:       "centre advisor state=available,paused,offline",
	ConfigCentre:       "centre data",
	ConfigQueue:        "centre data",
	ConfigAdvisor:      "centre data",
	ConfigStates:       "centre data",
	ConfigApplied:      "centre data",
	ImportFinished:     "centre lane",
	CorrectionIssued:   "centre data",
}

// smallest returns the event of a type that has what it needs and nothing else.
func smallest(t *testing.T, typ Type) Event {
	t.Helper()
	list, ok := needs[typ]
	if !ok {
		t.Fatalf("the table of this test does not know %s", typ)
	}
	e := Event{ID: "1", Source: "test", Type: typ, Time: 1741944413000}
	for _, need := range strings.Fields(list) {
		name, words, _ := strings.Cut(need, "=")
		first, _, _ := strings.Cut(words, ",")
		switch name {
		case "received":
			e.Received = e.Time
		case "data":
			e.Data = []byte("{}")
		default:
			if first == "" {
				first = "any " + name
			}
			*field(&e, name) = first
		}
	}
	return e
}

// field finds a string attribute by its name, without the tables that the code uses.
func field(e *Event, name string) *string {
	for _, f := range stringFields {
		if f.name == name {
			return f.of(e)
		}
	}
	return nil
}

func TestEachTypeNeedsItsAttributes(t *testing.T) {
	for _, typ := range Types() {
		e := smallest(t, typ)
		if err := e.Validate(); err != nil {
			t.Errorf("%s with all that it needs: %v", typ, err)
		}
		for _, need := range strings.Fields("id source time " + needs[typ]) {
			name, words, limited := strings.Cut(need, "=")
			t.Run(typ.String()+" without "+name, func(t *testing.T) {
				e := smallest(t, typ)
				switch name {
				case "time":
					e.Time = 0
				case "received":
					e.Received = 0
				case "data":
					e.Data = nil
				default:
					*field(&e, name) = ""
				}
				wantFieldError(t, e.Validate(), name, ReasonMissing)
			})
			if !limited {
				continue
			}
			for _, word := range strings.Split(words, ",") {
				e := smallest(t, typ)
				*field(&e, name) = word
				if err := e.Validate(); err != nil {
					t.Errorf("%s with %s %q: %v", typ, name, word, err)
				}
			}
			t.Run(typ.String()+" with another "+name, func(t *testing.T) {
				e := smallest(t, typ)
				*field(&e, name) = "surprise"
				wantFieldError(t, e.Validate(), name, ReasonBadWord)
			})
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	cases := []struct {
		name   string
		typ    Type
		change func(*Event)
		field  string
		reason Reason
	}{
		{"no type", ContactStarted, func(e *Event) { e.Type = TypeInvalid }, "type", ReasonMissing},
		{"type beyond the last", ContactStarted, func(e *Event) { e.Type = numTypes }, "type", ReasonUnknownType},
		{"unknown channel", QueueEntered, func(e *Event) { e.Channel = "fax" }, "channel", ReasonBadWord},
		{"unknown direction", QueueEntered, func(e *Event) { e.Direction = "up" }, "direction", ReasonBadWord},
		{"unknown kind of connection", AdvisorConnected, func(e *Event) { e.Kind = "blind" }, "kind", ReasonBadWord},
		{"unknown kind of release", AdvisorReleased, func(e *Event) { e.Kind = "consult" }, "kind", ReasonBadWord},
		{"unknown party", AdvisorReleased, func(e *Event) { e.By = "agent" }, "by", ReasonBadWord},
		{"upper case word", AdvisorState, func(e *Event) { e.State = "Paused" }, "state", ReasonBadWord},
		{"merged into itself", ContactMerged, func(e *Event) { e.Target = e.Contact }, "target", ReasonContradiction},
		{"old hash alone", ContactStarted, func(e *Event) { e.CustomerOld = "x" }, "customerold", ReasonContradiction},
		{"tick of a centre", Tick, func(e *Event) { e.Centre = "paris" }, "centre", ReasonNotAllowed},
		{"tick in a lane", Tick, func(e *Event) { e.Lane = "import" }, "lane", ReasonNotAllowed},
		{"tick with a queue", Tick, func(e *Event) { e.Queue = "q" }, "queue", ReasonNotAllowed},
		{"tick received later", Tick, func(e *Event) { e.Received++ }, "received", ReasonContradiction},
		{"data in a telephony event", QueueEntered, func(e *Event) { e.Data = []byte("{}") }, "data", ReasonNotAllowed},
		{"negative time", QueueEntered, func(e *Event) { e.Time = -1 }, "time", ReasonOutOfRange},
		{"time after 2200", QueueEntered, func(e *Event) { e.Time = MaxTime + 1 }, "time", ReasonOutOfRange},
		{"received after 2200", QueueEntered, func(e *Event) { e.Received = MaxTime + 1 }, "received", ReasonOutOfRange},
		{"negative sequence", QueueEntered, func(e *Event) { e.Sequence = -1 }, "sequence", ReasonOutOfRange},
		{"sequence beyond 31 bits", QueueEntered, func(e *Event) { e.Sequence = 1 << 31 }, "sequence", ReasonOutOfRange},
		{"long queue", QueueEntered, func(e *Event) { e.Queue = strings.Repeat("q", 257) }, "queue", ReasonTooLong},
		{"Latin-1 queue", QueueEntered, func(e *Event) { e.Queue = "r\xe9clamations" }, "queue", ReasonBadUTF8},
		{"tab in an advisor", AdvisorState, func(e *Event) { e.Advisor = "a\tb" }, "advisor", ReasonBadCharacter},
		{"data is an array", ConfigQueue, func(e *Event) { e.Data = []byte("[]") }, "data", ReasonWrongType},
		{"data is two objects", ConfigQueue, func(e *Event) { e.Data = []byte("{}{}") }, "data", ReasonTrailingBytes},
		{"data ends in a blank", ConfigQueue, func(e *Event) { e.Data = []byte("{} ") }, "data", ReasonTrailingBytes},
		{"data is cut", ConfigQueue, func(e *Event) { e.Data = []byte(`{"a":`) }, "data", ReasonBadJSON},
		{"data is long", ConfigQueue, func(e *Event) { e.Data = []byte(`{"a":"` + strings.Repeat("x", 32<<10) + `"}`) }, "data", ReasonTooLong},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := smallest(t, c.typ)
			c.change(&e)
			wantFieldError(t, e.Validate(), c.field, c.reason)
		})
	}
}

func TestValidateAcceptsTheLimits(t *testing.T) {
	e := smallest(t, QueueEntered)
	e.Time, e.Received, e.Sequence = 7258118400000, 1, 1<<31-1 // date -u -d 2200-01-01 +%s
	e.Queue = strings.Repeat("é", 128)
	e.Kind, e.By, e.State = "x", "y", "z" // words are limited where they have a meaning
	if err := e.Validate(); err != nil {
		t.Fatal(err)
	}
}

func TestValidationErrorsSayWhatToDo(t *testing.T) {
	cases := []struct {
		typ    Type
		change func(*Event)
		want   string
	}{
		{QueueLeft, func(e *Event) { e.Reason = "timeut" },
			`reason: found "timeut", it must be timeout, overflow, callback, voicemail, key, empty, withdrawn or lost; did you mean "timeout"?`},
		{QueueRefused, func(e *Event) { e.Reason = "" }, `reason: missing; queue.refused needs it: closed, full, no_advisor or deterred`},
		{QueueEntered, func(e *Event) { e.Queue = "" }, `queue: missing; queue.entered needs it`},
		{QueueEntered, func(e *Event) { e.ID = "" }, `id: missing; every event needs it`},
		{Tick, func(e *Event) { e.Centre = "c" }, `centre: tick cannot carry it`},
		{ContactMerged, func(e *Event) { e.Target = e.Contact }, `target: found the contact itself, "any contact"; it must be another contact`},
	}
	for _, c := range cases {
		e := smallest(t, c.typ)
		c.change(&e)
		if err := e.Validate(); err == nil || err.Error() != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.typ, err, c.want)
		}
	}
}

func TestAttributesFollowStringFields(t *testing.T) {
	if int(firstString)+len(stringFields) != int(numAttributes) {
		t.Fatalf("%d string attributes, %d string fields", numAttributes-firstString, len(stringFields))
	}
	var e Event
	for i, f := range stringFields {
		a := firstString + attribute(i)
		if attributeNamed(f.name) != a || a.String() != f.name {
			t.Errorf("%s: attribute %d is named %s", f.name, attributeNamed(f.name), a)
		}
		if e.text(a) != f.of(&e) {
			t.Errorf("%s: attribute and field sit at different places", f.name)
		}
	}
	for a := attrSpecVersion; a < numAttributes; a++ {
		if attributeNamed(a.String()) != a {
			t.Errorf("%s is not found by its name", a)
		}
	}
}
