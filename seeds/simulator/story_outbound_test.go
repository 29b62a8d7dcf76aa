// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/json"
	"testing"

	"github.com/vigie-kpi/vigie/event"
)

// gate: customers in La Réunion, one in twenty-five, are held back from 10 to 11 h, when the incident takes three of four people from
// the campaign, and from 17 h, Paris time, and twelve records at 13:00.
func (d *scenes) gate(t *testing.T) {
	morning, evening, rest, noon := 0, 0, 0, 0
	for _, x := range d.truth.Dials {
		if x.Campaign != "fidelite" || x.Verdict != event.VerdictOutOfWindow || x.At >= d.at(24, 0) {
			continue
		}
		if x.Result != "" {
			t.Errorf("%s was held back and called", x.ID)
		}
		switch {
		case x.At >= d.at(13, 0) && x.At < d.at(13, 2):
			noon++
		case x.Zone != "Indian/Reunion":
		case x.At >= d.at(10, 0) && x.At < d.at(11, 0):
			morning++
		case x.At >= d.at(17, 0):
			evening++
		default:
			rest++
		}
	}
	if morning < 1 || evening < 3 || noon != 12 || rest != 0 {
		t.Errorf("of La Réunion %d were held back from 10 to 11 h, %d from 17 h, %d in between; %d records at 13:00", morning, evening, rest, noon)
	}
	for _, e := range d.of(event.CallDialled, d.at(13, 1), d.at(14, 0)) {
		if e.Campaign == "fidelite" {
			t.Errorf("%s was called over lunch", e.Object)
		}
	}
}

// publication: at 16:00 the threshold of orvalie goes from 30 to 40 s, from tomorrow on, in a configuration that is whole.
func (d *scenes) publication(t *testing.T) {
	var objects []event.ConfigObject
	var applied *event.AppliedConfig
	var rules []event.QueueConfig
	for _, e := range d.events {
		if e.Source != "vigie" {
			continue
		}
		if e.Time != d.at(16, 0) {
			t.Errorf("%s was published at %d", e.ID, e.Time)
		}
		switch e.Type {
		case event.ConfigApplied:
			a, err := event.ParseAppliedConfig(e.Data)
			if err != nil {
				t.Fatal(err)
			}
			applied = &a
			continue
		case event.ConfigQueue:
			var q event.QueueConfig
			if err := json.Unmarshal(e.Data, &q); err != nil {
				t.Fatal(err)
			}
			if q.Queue == "orvalie" {
				rules = append(rules, q)
			}
		}
		objects = append(objects, event.ConfigObject{Type: e.Type, Data: e.Data})
	}
	if applied == nil || applied.Version != 2 || applied.Count != len(objects) || applied.Hash != event.ConfigHash(objects) {
		t.Fatalf("%d objects were published, and %+v", len(objects), applied)
	}
	if len(rules) != 2 || rules[0].ThresholdMs != 30_000 || rules[1].ThresholdMs != 40_000 || rules[1].From != d.at(24, 0) || rules[1].Calendar != "orvalie" {
		t.Errorf("the rules of orvalie: %+v", rules)
	}
}

// cancellations: on the next morning three customers do not want what they bought.
func (d *scenes) cancellations(t *testing.T) {
	scripted := map[int64]bool{d.at(24+8, 15): true, d.at(24+9, 5): true, d.at(24+10, 0): true}
	n := 0
	for _, x := range d.truth.Dials {
		if x.Sale != nil && scripted[x.Sale.CancelledAt] && x.At < d.at(24, 0) {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d sales of the day were cancelled on the next morning", n)
	}
}

// tempo: ten advisors on the campaigns; over lunch those who may not call about contracts call for the other one,
// or answer calls.
func (d *scenes) tempo(t *testing.T) {
	over := 0
	for _, x := range d.truth.Dials {
		if x.Campaign == "decouverte" && x.Talk != nil && x.At >= d.at(13, 0) && x.At < d.at(14, 0) {
			switch x.Talk.Advisor {
			case "a096", "a099":
				over++
			}
		}
		if x.Talk != nil && x.Talk.Team != "tempo" {
			t.Errorf("%s of %s talks for %s", x.Talk.Advisor, x.Talk.Team, x.Campaign)
		}
	}
	var onIt, states int64
	for _, p := range []*PeopleDay{d.truth.Days[0].Teams["tempo"]} {
		for _, ms := range p.OnCampaign {
			onIt += ms
		}
		states = p.States[stateReady] + p.States[stateRinging] + p.States[stateOnCall] + p.States[stateAfterCall]
	}
	helped := states - onIt
	// Five people from 08:45 to 10:00, and for 52 minutes, and three of them over lunch, less what they finish first and whose lunch
	// or break it is; what they have in hand they finish.
	if over < 10 || onIt < 40*hourMs || helped < 5*75*minuteMs || helped > 5*(75+52)*minuteMs+3*60*minuteMs+10*minuteMs {
		t.Errorf("%d calls of the others over lunch; %d min on campaigns, %d min on the lines", over, onIt/minuteMs, helped/minuteMs)
	}
}
