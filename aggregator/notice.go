// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// maxNotices is how many notices of incidents and actions a world remembers: a day has a few.
const maxNotices = 200

// NoticeKind tells what a notice is about.
type NoticeKind uint8

// The kinds of notices.
const (
	NoticeIncident NoticeKind = iota
	NoticeAction
	numNoticeKinds
)

var noticeKindNames = [numNoticeKinds]string{"incident", "action"}

// String returns the kind in a word.
func (k NoticeKind) String() string { return noticeKindNames[k] }

// Notice is what was told of one incident, by a source or by somebody, or of one action. Nothing is booked for it: it is a
// mark on curves.
type Notice struct {
	Kind   NoticeKind
	Object string
	Reason string // what it is; "" when nobody said
	// ScopeKind and Scope are where it hurts or is to help, as rules name scopes; both empty when nobody said.
	ScopeKind, Scope string
	Lever            string // of an action: one of event.Levers
	OpenedMs         int64  // when it was first said to be open; 0 when only its end was told
	ClosedMs         int64  // when it was last said to be over; 0 while it is not

	reopenedMs int64 // when it was last said to be open
	reasonAt   int64
	void       bool // it was said that it never was
}

// noticeWord is one word on an incident or an action.
type noticeWord struct {
	kind             NoticeKind
	object           string
	at               int64
	opens, voids     bool
	reason           string
	scopeKind, scope string
	lever            string
}

// lastMs is the newest instant that is told about it.
func (n *Notice) lastMs() int64 { return max(n.reopenedMs, n.ClosedMs) }

// open tells that what was said last is that it is open.
func (n *Notice) open() bool { return n.reopenedMs > n.ClosedMs && !n.void }

// Notices lists the incidents and actions of the last 24 hours, and those that go on, in order of time.
func (w *World) Notices() []Notice {
	var list []Notice
	for i := range w.notices {
		n := w.notices[i]
		if n.void || !n.open() && n.lastMs() < w.clock-stubKeepMs {
			continue
		}
		if n.open() {
			n.ClosedMs = 0
		}
		list = append(list, n)
	}
	return list
}

// takeSourceNotice notes what a source published.
func (w *World) takeSourceNotice(e *event.Event) Reason {
	if e.Time < w.clock-stubKeepMs {
		return ReasonTooLate
	}
	w.registerNotice(e)
	w.takeNotice(&noticeWord{kind: NoticeIncident, object: e.Object, at: e.Time, opens: e.State == event.NoticeOpened, reason: e.Reason})
	return ReasonNone
}

// takeNotice notes that an incident or an action is told, or that it is over. Only the earliest and the latest of each are
// kept, so order and repetition do not matter. What is older than a day marks no curve any more.
func (w *World) takeNotice(word *noticeWord) {
	if word.at < w.clock-stubKeepMs {
		return
	}
	i := slices.IndexFunc(w.notices, func(n Notice) bool { return n.Kind == word.kind && n.Object == word.object })
	if i < 0 {
		w.forgetNotices()
		w.notices = append(w.notices, Notice{Kind: word.kind, Object: cloneString(word.object)})
		i = len(w.notices) - 1
	}
	n := &w.notices[i]
	n.void = n.void || word.voids
	if word.opens {
		if n.OpenedMs == 0 || word.at < n.OpenedMs {
			n.OpenedMs = word.at
		}
		n.reopenedMs = max(n.reopenedMs, word.at)
	} else {
		n.ClosedMs = max(n.ClosedMs, word.at)
	}
	if says := word.reason != "" || word.scopeKind != ""; says && word.at >= n.reasonAt {
		n.Reason, n.reasonAt = cmp.Or(cloneString(word.reason), n.Reason), word.at
		if word.scopeKind != "" {
			n.ScopeKind, n.Scope, n.Lever = word.scopeKind, word.scope, word.lever
		}
	}
	slices.SortFunc(w.notices, compareNotices)
}

func compareNotices(a, b Notice) int {
	return cmp.Or(cmp.Compare(a.OpenedMs, b.OpenedMs), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Object, b.Object))
}

// forgetNotices makes room: for what is over for a day, then for the oldest.
func (w *World) forgetNotices() {
	w.notices = slices.DeleteFunc(w.notices, func(n Notice) bool { return !n.open() && n.lastMs() < w.clock-stubKeepMs })
	if len(w.notices) >= maxNotices {
		w.notices = slices.Delete(w.notices, 0, len(w.notices)-maxNotices+1)
	}
}

func (w *World) codeNotices(c *codec) {
	list(c, &w.notices, func(c *codec, n *Notice) {
		number(c, &n.Kind)
		c.string(&n.Object)
		c.string(&n.Reason)
		c.string(&n.ScopeKind)
		c.string(&n.Scope)
		c.string(&n.Lever)
		number(c, &n.OpenedMs)
		number(c, &n.ClosedMs)
		number(c, &n.reopenedMs)
		number(c, &n.reasonAt)
		c.bool(&n.void)
		if c.reading && n.Kind >= numNoticeKinds {
			c.fail()
		}
	})
}
