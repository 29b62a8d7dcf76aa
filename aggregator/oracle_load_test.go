// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"slices"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// The rules of load, slots and gaps
//
//  1. Where the clock says conversation or after-contact work, the time is shared equally over the legs that are in either.
//     Each stretch between two instants at which anything was said or ended, or a minute began, is shared in whole
//     milliseconds, and what is left over goes to the leg that was connected first.
//  2. A share has the dimensions of the leg: those of the event that announced it, with the team that the connection named.
//  3. Slots are open while the clock says available, ringing, conversation or after-contact work: the greatest number that
//     was last said for any channel, at least one. Each leg but one that listens in uses one slot; on voice, video, or a
//     channel that nobody named, all of them.
//  4. A primary connection less than ten seconds after the last conversation or after-contact work was ended, while there
//     is no other and nobody is listened to, is a short gap. What ended by its limit does not count: nobody knows when it
//     ended.
//  5. Production is the time of rule 3 in which the advisor is on a campaign: the one that the last state named that named one,
//     unless the advisor has been logged out since, or said available without a queue and without a campaign. Its programme
//     is that of the event, else of the campaign, else of the queue.

// worksOn tells a conversation, or the work after one.
func (l *occupation) worksOn() bool { return l.category == "on_contact" || l.category == "wrapping" }

func (d *diary) shareLoad(out facts, name, category string, known int, from, to int64) {
	if category != "on_contact" && category != "wrapping" {
		return
	}
	legs := slices.DeleteFunc(d.open(known, from), func(l occupation) bool { return !l.worksOn() })
	slices.SortFunc(legs, func(a, b occupation) int { return a.connected - b.connected })
	rest := to - from
	for i := len(legs) - 1; i >= 0; i-- {
		share := (to - from) / int64(len(legs))
		if i == 0 {
			share = rest
		}
		rest -= share
		said, connected := &d.line[legs[i].announced], &d.line[legs[i].connected]
		dims := placeOf(name, connected)
		dims.programme, dims.queue, dims.campaign = said.Programme, said.Queue, said.Campaign
		dims.channel, dims.direction, dims.reason = said.Channel, said.Direction, said.ContactReason
		out.add(from-from%minute, aggregator.GrainAdvisorLeg, dims, "load_ms", share)
	}
}

func (d *diary) useSlots(out facts, dims dimensions, category string, known int, from, to int64) {
	if !slices.Contains([]string{"available", "ringing", "on_contact", "wrapping"}, category) {
		return
	}
	open := int64(1)
	for _, channel := range event.Channels {
		for i := known - 1; i >= 0; i-- {
			if e := &d.line[i]; e.Type == event.AdvisorCapacity && e.Channel == channel {
				open = max(open, e.Slots.Or(0))
				break
			}
		}
	}
	used := int64(0)
	for _, l := range d.open(known, from) {
		switch channel := d.line[l.announced].Channel; {
		case l.category == "monitor":
		case channel == "" || channel == event.ChannelVoice || channel == event.ChannelVideo:
			used += open
		default:
			used++
		}
	}
	out.add(from-from%minute, aggregator.GrainTime, dims, "slots_open_ms", open*(to-from))
	out.add(from-from%minute, aggregator.GrainTime, dims, "slots_used_ms", min(used, open)*(to-from))
}

// produce is rule 5.
func (d *diary) produce(out facts, dims dimensions, category string, known int, from, to int64) {
	if !slices.Contains([]string{"available", "ringing", "on_contact", "wrapping"}, category) {
		return
	}
	decides := func(e *said) bool {
		return e.State == event.StateOffline || e.Campaign != "" || e.State == event.StateAvailable && e.Queue == ""
	}
	i := d.lastBefore(known, decides)
	for i >= 0 && d.line[i].State == event.StateOffline && !d.isLogOut(i) { // left a queue, and not the last one
		i = d.lastBefore(i, decides)
	}
	if i < 0 || d.line[i].State == event.StateOffline || d.line[i].Campaign == "" {
		return
	}
	dims.campaign, dims.programme = d.line[i].Campaign, d.line[i].Programme
	out.add(from-from%minute, aggregator.GrainOutbound, dims, "production_ms", to-from)
}

// gaps is rule 4, of every connection.
func (d *diary) gaps(out facts, name string) {
	for _, leg := range d.legs {
		e := &d.line[leg.opened]
		if leg.category != "on_contact" || e.Kind != "" {
			continue
		}
		last, other := int64(-1), false
		for _, l := range d.legs {
			if l.category == "ringing" || l.opened >= leg.opened {
				continue
			}
			if l.ended < leg.opened {
				if l.worksOn() {
					last = max(last, l.to)
				}
			} else if l.ended < len(d.line) || e.Time < l.to { // ended later, or not yet at its limit
				other = true
			}
		}
		if last >= 0 && !other && e.Time-last < 10*second {
			out.add(e.Time, aggregator.GrainTime, placeOf(name, e), "short_gap", 1)
		}
	}
}
