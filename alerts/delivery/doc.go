// SPDX-License-Identifier: Apache-2.0

// Package delivery brings alerts to Alertmanager: what fires, and what was over not long ago.
//
// It is told whole sets (alerts.Set) and keeps a book of what Alertmanagers should know. Each Alertmanager has a queue of its
// own that compares the book with what this Alertmanager has acknowledged, and sends the difference at once and everything again
// each minute: so whatever was lost on the way, or forgotten over there, is made good by the next minute, and nothing piles up
// while one of them is away.
//
// A machine that catches up sees hours pass in a minute. Meanwhile what was known to fire is kept alive, and nothing new is
// told, neither fires nor ends: nobody is called for the past. When the clock of the log is near the owner's again, the book is
// brought to what holds then.
//
// It has a clock and does I/O, and decides nothing: whether an alert fires is for package alerts to say. Start with Delivery,
// then book.go.
package delivery
