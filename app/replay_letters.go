// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"

	"github.com/vigie-kpi/vigie/ingest"
)

// ReplayDeadLetter is a piece of input that did not count: a line that could not be read, or an event that the machine
// refused.
type ReplayDeadLetter struct {
	Source string
	Place  ingest.Place
	Reason string // a stable label
	Detail string // for a person: what was found, and what is allowed or can be done
	Raw    string // the line without customers' identifiers, or the event as JSON
}

// String returns the letter as a compiler writes an error: place, reason, detail.
func (d *ReplayDeadLetter) String() string {
	return d.Place.String() + ": " + d.Reason + ": " + d.Detail
}

// JSON returns the letter as one JSON object, in the form of the dead-letter topic.
func (d *ReplayDeadLetter) JSON() []byte {
	b, err := json.Marshal(struct {
		Source string `json:"source"`
		Place  string `json:"place"`
		Reason string `json:"reason"`
		Detail string `json:"detail"`
		Raw    string `json:"raw"`
	}{d.Source, d.Place.String(), d.Reason, d.Detail, d.Raw})
	if err != nil {
		panic("BUG: a dead letter holds strings only, yet: " + err.Error())
	}
	return b
}
