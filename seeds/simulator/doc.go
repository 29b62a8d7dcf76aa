// SPDX-License-Identifier: Apache-2.0

// Package simulator is a living contact centre: customers call, wait, hang up and call again; advisors log in, take
// calls, pause and go home. It puts out what the centre's systems would say, as events, and keeps its own truth of what
// happened.
//
// The same Spec, Options and seed give the same events, byte for byte, on the same kind of processor: chance comes from
// named streams of one seed, time from a heap of alarms, and nothing from the machine it runs on.
//
// It knows the language of events and the organisation. It never knows a measure, a formula or the machine that counts:
// its truth is in its own words, so that it can prove the machine right or wrong. The counts are kept where things
// happen, never by reading back the events.
//
// Start with Run, then Spec. Each process of the centre has a file: arrivals.go brings the calls, call.go is a customer
// who waits, conversation.go what two people say, queue.go who takes what, advisor.go and planning.go a working day,
// outcomes.go what comes after. A further channel is another implementation of work (queue.go) and another process
// (simulation.go).
//
// Campaigns call customers: campaign.go has the lists and whose turn it is, gate.go who may be called when, dialler.go how
// it is dialled, outcall.go the conversation and what comes of it, truth_outbound.go what is true of that.
package simulator
