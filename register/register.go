// SPDX-License-Identifier: Apache-2.0

package register

import (
	"fmt"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// Place is where something happens: a kind of scope and which one; "" for the centre itself.
type Place struct {
	Kind indicator.ScopeKind `json:"-"`
	ID   string              `json:"-"`
}

// String returns the place as requests write it: queue:assistance, or centre.
func (p Place) String() string {
	if p.Kind == indicator.ScopeCentre {
		return p.Kind.String()
	}
	return p.Kind.String() + ":" + p.ID
}

// MarshalText writes the place as requests do.
func (p Place) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (p *Place) UnmarshalText(text []byte) error {
	place, ok := ParsePlace(string(text))
	if !ok {
		return fmt.Errorf("scope %q: write centre, or one of programme:, team:, queue:, campaign:, channel: or source: and a name", text)
	}
	*p = place
	return nil
}

// ParsePlace reads a place as requests write it; false when it is none. A person is no place.
func ParsePlace(text string) (Place, bool) {
	name, id, _ := strings.Cut(text, ":")
	kind, known := indicator.ParseRuleScope(name)
	if !known || kind == indicator.ScopeAdvisor || (kind == indicator.ScopeCentre) != (id == "") {
		return Place{}, false
	}
	return Place{kind, id}, true
}

// Incident is one incident of the register, from all that was said of it.
type Incident struct {
	Centre string `json:"centre"`
	ID     string `json:"incident"`
	// Place is where it hurts; Placed is false when nobody said: a notice of a source names no place.
	Place  Place  `json:"scope"`
	Placed bool   `json:"placed"`
	Rule   string `json:"rule,omitempty"`
	Title  string `json:"title,omitempty"`
	Cause  string `json:"cause,omitempty"`
	By     string `json:"by,omitempty"`
	// OpenedMs is when it began, ClosedMs when it was over, 0 while it goes on; ms UTC.
	OpenedMs int64 `json:"opened_ms"`
	ClosedMs int64 `json:"closed_ms,omitempty"`
	// Day and LastDay are the business days of both, in days since 1970-01-01. While it goes on, LastDay is Day.
	Day     int32 `json:"-"`
	LastDay int32 `json:"-"`
}

// Action is one action of the register.
type Action struct {
	Centre    string `json:"centre"`
	ID        string `json:"action"`
	Incident  string `json:"incident,omitempty"`
	Place     Place  `json:"scope"`
	Lever     string `json:"lever"`
	Title     string `json:"title,omitempty"`
	By        string `json:"by"`
	Indicator string `json:"indicator"`
	// Expected is what was expected when it was first written, in the integers of the indicator: basis points for shares,
	// milliseconds, cents, or a count.
	Expected int64 `json:"expected"`
	// WrittenMs is when that was, StartedMs when the action began, EndedMs when it was over, 0 while it goes on; ms UTC.
	WrittenMs int64 `json:"written_ms"`
	StartedMs int64 `json:"started_ms"`
	EndedMs   int64 `json:"ended_ms,omitempty"`
	// Day is the business day of StartedMs, in days since 1970-01-01.
	Day int32 `json:"-"`
}

// writtenGrace is how long after the begin an expectation still counts as written before: who pulls a lever says so as it is
// pulled.
const writtenGrace = time.Minute

// WrittenBefore tells that the expected effect was written before there was any.
func (a *Action) WrittenBefore() bool {
	return a.WrittenMs <= a.StartedMs+writtenGrace.Milliseconds()
}

// Acknowledgement is somebody's word that an alert was seen, and why it came.
type Acknowledgement struct {
	Rule     string `json:"rule"`
	Place    Place  `json:"scope"`
	Cause    string `json:"cause"`
	Incident string `json:"incident,omitempty"`
	By       string `json:"by,omitempty"`
	AtMs     int64  `json:"at_ms"`
}
