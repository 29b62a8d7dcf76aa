// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// maxAcknowledged is how many words on alerts a world remembers: whoever sees more in a day than one every three minutes does
// nothing else.
const maxAcknowledged = 500

// Acknowledged is somebody's word that an alert was seen, and why it came. Nothing is booked for it: whoever shows the alert
// shows that somebody takes care of it.
type Acknowledged struct {
	AtMs             int64
	Rule             string
	ScopeKind, Scope string // of the alert, as rules name scopes
	Cause            string // one of event.Causes
}

func compareAcknowledged(a, b Acknowledged) int {
	return cmp.Or(cmp.Compare(a.AtMs, b.AtMs), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.ScopeKind, b.ScopeKind),
		cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Cause, b.Cause))
}

// takeAcknowledged keeps a word of the last 24 hours. It is a set: order and repetition do not matter. When it is full the oldest
// goes.
func (w *World) takeAcknowledged(word *event.Acknowledgement, at int64) {
	horizon := w.clock - stubKeepMs
	if at < horizon {
		return
	}
	a := Acknowledged{AtMs: at, Rule: word.Rule, ScopeKind: word.ScopeKind, Scope: word.Scope, Cause: word.Cause}
	i, known := slices.BinarySearchFunc(w.acknowledged, a, compareAcknowledged)
	if known {
		return
	}
	w.acknowledged = slices.Insert(w.acknowledged, i, a)
	old, _ := slices.BinarySearchFunc(w.acknowledged, Acknowledged{AtMs: horizon}, compareAcknowledged)
	old = max(old, len(w.acknowledged)-maxAcknowledged)
	w.acknowledged = slices.Delete(w.acknowledged, 0, old)
}

// Acknowledged returns the first word on an alert that fired at an instant: the one on its rule and scope that came since, within
// 24 hours. The scope of an alert of the centre is "".
func (w *World) Acknowledged(rule, scopeKind, scope string, firedMs int64) (Acknowledged, bool) {
	for _, a := range w.acknowledged {
		if a.AtMs >= firedMs && a.AtMs <= firedMs+stubKeepMs && a.Rule == rule && a.ScopeKind == scopeKind && a.Scope == scope {
			return a, true
		}
	}
	return Acknowledged{}, false
}

func (w *World) codeAcknowledged(c *codec) {
	list(c, &w.acknowledged, func(c *codec, a *Acknowledged) {
		c.near(&a.AtMs, w.clock)
		c.string(&a.Rule)
		c.string(&a.ScopeKind)
		c.string(&a.Scope)
		c.string(&a.Cause)
	})
	if c.reading && c.err == nil && !slices.IsSortedFunc(w.acknowledged, compareAcknowledged) {
		c.fail()
	}
}
