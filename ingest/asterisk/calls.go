// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// maxExtensionDigits: a caller or a transfer target of more digits is somebody's phone number, not an extension of the
// house. Such a number never enters an event in clear.
const maxExtensionDigits = 5

func isExtension(number string) bool {
	return number != "" && len(number) <= maxExtensionDigits && strings.Trim(number, "0123456789") == ""
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// enter: url, caller, position, name of the caller. Caller and name stay outside, the hash of the caller enters.
func (p *Parser) enter(l *line) Ignored {
	e := p.emitContact(event.QueueEntered, l.at, l.contact, l.queue)
	e.Direction = event.DirectionInbound
	if caller := l.data[1]; isExtension(caller) {
		e.Direction = event.DirectionInternal
	} else {
		e.Customer, e.CustomerOld = p.o.Privacy.Phone(caller)
	}
	p.calls.entered(strings.Clone(l.contact), strings.Clone(l.queue), l.at)
	return NotIgnored
}

// refusedAs: the call was turned away before it entered the queue.
func refusedAs(reason string) func(*Parser, *line) Ignored {
	return func(p *Parser, l *line) Ignored {
		e := p.emitContact(event.QueueRefused, l.at, l.contact, l.queue)
		e.Reason = reason
		return NotIgnored
	}
}

func (p *Parser) abandon(l *line) Ignored {
	p.emitContact(event.QueueAbandoned, l.at, l.contact, l.queue)
	p.calls.waitEnded(l.contact, l.queue)
	return NotIgnored
}

// leftAs: the wait ended without an answer and without the customer hanging up.
func leftAs(reason string) func(*Parser, *line) Ignored {
	return func(p *Parser, l *line) Ignored {
		e := p.emitContact(event.QueueLeft, l.at, l.contact, l.queue)
		e.Reason = reason
		p.calls.waitEnded(l.contact, l.queue)
		return NotIgnored
	}
}

// offer emits the beginning of a ring that ends with this line after ringMs. The log has no line of its own for it.
func (p *Parser) offer(l *line, ringMs int64) {
	since := p.calls.get(l.contact).ringingSince(l.queue, l.advisor, l.at, max(ringMs, 0))
	e := p.emitContact(event.AdvisorOffered, since, l.contact, l.queue)
	e.Advisor = l.advisor
	if isInterface(l.agent) && l.agent != l.advisor { // a rule says who it is, so the interface is where it rang
		e.Workstation = l.agent
	}
}

// ringEnded emits how a ring without conversation ended.
func (p *Parser) ringEnded(t event.Type, l *line, ringMs int64, reason string) Ignored {
	p.offer(l, ringMs)
	e := p.emitContact(t, l.at, l.contact, l.queue)
	e.Advisor, e.Reason = l.advisor, reason
	if c := p.calls.get(l.contact); c != nil {
		c.ringEnded(strings.Clone(l.advisor), l.at)
	}
	return NotIgnored
}

// ringNoAnswer: the ring in milliseconds.
func (p *Parser) ringNoAnswer(l *line) Ignored {
	return p.ringEnded(event.AdvisorMissed, l, l.ms[0], "no_answer")
}

// ringCancelled: the ring in milliseconds. The customer left, or another advisor was faster.
func (p *Parser) ringCancelled(l *line) Ignored {
	return p.ringEnded(event.AdvisorCancelled, l, l.ms[0], "")
}

// dumped: the advisor answered and hung up during the announcement, before the customer was put through. The customer
// waits on, so this is an offer that the advisor missed. The log does not say how long it rang.
func (p *Parser) dumped(l *line) Ignored {
	return p.ringEnded(event.AdvisorMissed, l, absent, "dumped")
}

// incompatible: both answered, but the channels found no common codec. Nobody's fault. Asterisk logs what becomes of
// the customer in a line of its own (ABANDON), so this line ends the offer only.
func (p *Parser) incompatible(l *line) Ignored {
	return p.ringEnded(event.AdvisorCancelled, l, absent, "incompatible")
}

// connect: wait in seconds, the advisor's channel, ring in seconds. Old versions do not give the ring.
func (p *Parser) connect(l *line) Ignored {
	p.offer(l, l.ms[2])
	p.emitContact(event.AdvisorConnected, l.at, l.contact, l.queue).Advisor = l.advisor
	p.calls.connected(strings.Clone(l.contact), strings.Clone(l.queue), strings.Clone(l.advisor))
	return NotIgnored
}

// holdAs: QueueMetrics' lines for a customer put on hold and taken back. Some tools write no advisor.
func holdAs(t event.Type) func(*Parser, *line) Ignored {
	return func(p *Parser, l *line) Ignored {
		advisor, queue := l.advisor, l.queue
		if c := p.calls.get(l.contact); c != nil && (advisor == "" || queue == "") {
			if open := c.lastOpenLeg(); open != nil && (advisor == "" || advisor == open.Advisor) {
				advisor, queue = open.Advisor, open.Queue
			}
		}
		if advisor == "" {
			return IgnoredNoLeg
		}
		p.emitContact(t, l.at, l.contact, queue).Advisor = advisor
		return NotIgnored
	}
}

// completedBy: wait and talk in seconds. The times of the lines decide, so the durations are only checked.
func completedBy(party string) func(*Parser, *line) Ignored {
	return func(p *Parser, l *line) Ignored {
		e := p.emitContact(event.AdvisorReleased, l.at, l.contact, l.queue)
		e.Advisor, e.By = l.advisor, party
		p.calls.released(e)
		return NotIgnored
	}
}

// blindTransfer: extension, context, wait and talk in seconds. It ends the conversation; no COMPLETE line follows.
func (p *Parser) blindTransfer(l *line) Ignored {
	e := p.emitContact(event.AdvisorTransferred, l.at, l.contact, l.queue)
	e.Advisor, e.Kind, e.Target = l.advisor, event.KindBlind, l.data[0]
	if countDigits(e.Target) > maxExtensionDigits {
		e.Kind, e.Target = event.KindExternal, ""
	}
	p.calls.legEnded(l.contact, l.queue, strings.Clone(l.advisor), l.at)
	return NotIgnored
}

// attendedTransfer: the advisor talked to the next party first. Asterisk may log it on the id of that consultation
// rather than on the customer's (asterisk issue 759); the customer's call is then the one that the same advisor talks
// to in the same queue. The two calls are one journey from here on, and what the consultation waits for is from now on
// the customer's wait.
func (p *Parser) attendedTransfer(l *line) Ignored {
	contact := l.contact
	named := p.calls.get(l.contact)
	var customer *call
	if named == nil || named.lastLeg(l.advisor) == nil { // a call that the advisor took is no consultation of theirs
		customer = p.calls.talking(l.queue, l.advisor)
	}
	if customer != nil {
		contact = customer.id
	}
	e := p.emitContact(event.AdvisorTransferred, l.at, contact, l.queue)
	e.Advisor, e.Kind = l.advisor, event.KindConsult
	if customer == nil {
		p.calls.legEnded(contact, l.queue, strings.Clone(l.advisor), l.at)
		return NotIgnored
	}
	if named != nil {
		e.Target = named.whereTo()
	}
	merged := p.emit(event.ContactMerged, l.at)
	merged.Contact, merged.Target = l.contact, contact
	if named != nil {
		p.calls.absorb(named, customer)
	}
	p.calls.legEnded(contact, l.queue, strings.Clone(l.advisor), l.at)
	return NotIgnored
}

// whereTo returns the queue or the advisor that a consultation reached, or "".
func (c *call) whereTo() string {
	if l := c.lastOpenLeg(); l != nil {
		return l.Advisor
	}
	for i := len(c.waits) - 1; i >= 0; i-- {
		if c.waits[i].Open {
			return c.waits[i].Queue
		}
	}
	return ""
}

// wrapUp: wazo's line, seconds that the advisor gets for the work after a call. It follows the line that ended the
// call, whose event could not yet say that such work comes. So this line releases the advisor once more, now with the
// kind wrapping, right before that event: in the total order the plain release then finds the conversation ended.
func (p *Parser) wrapUp(l *line) Ignored {
	c := p.calls.get(l.contact)
	if c == nil || c.lastLeg(l.advisor) == nil {
		c = p.calls.lastOf(l.advisor)
	}
	if c == nil {
		return IgnoredNoLeg
	}
	of := c.lastLeg(l.advisor)
	if of.Sequence == 0 || l.ms[0] <= 0 {
		return IgnoredNoLeg
	}
	e := p.emitContact(event.AdvisorReleased, of.Released, c.id, of.Queue)
	e.Advisor, e.By, e.Kind, e.Sequence = l.advisor, of.By, event.KindWrapping, of.Sequence-1
	of.Sequence = 0
	p.emitContact(event.AdvisorWrapped, min(l.at+l.ms[0], event.MaxTime), c.id, of.Queue).Advisor = l.advisor
	return NotIgnored
}

// restart: Asterisk started anew, so whatever was open is gone and will never get a line of its own.
func (p *Parser) restart(l *line) Ignored {
	type part struct {
		order                   uint64
		contact, queue, advisor string
	}
	var parts []part
	for e := p.calls.open.Front(); e != nil; e = e.Next() {
		c := e.Value.(*call)
		for _, w := range c.waits {
			if w.Open {
				parts = append(parts, part{w.Order, c.id, w.Queue, ""})
			}
		}
		for _, g := range c.legs {
			if g.Open {
				parts = append(parts, part{g.Order, c.id, g.Queue, g.Advisor})
			}
		}
	}
	if len(parts) == 0 {
		return IgnoredRestart
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Compare(a.order, b.order) })
	for _, g := range parts {
		if g.advisor == "" {
			p.emitContact(event.QueueLeft, l.at, g.contact, g.queue).Reason = event.LeftLost
			p.calls.waitEnded(g.contact, g.queue)
			continue
		}
		e := p.emitContact(event.AdvisorReleased, l.at, g.contact, g.queue)
		e.Advisor, e.By = g.advisor, event.BySystem
		p.calls.legEnded(g.contact, g.queue, g.advisor, l.at)
	}
	return NotIgnored
}
