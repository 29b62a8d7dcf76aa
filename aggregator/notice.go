// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

// maxNotices is how many notices of incidents a world remembers: a day has a few.
const maxNotices = 200

// Notice is what sources have published about one incident. Nothing is booked for it: it is a mark on curves.
type Notice struct {
	Object   string
	Reason   string
	OpenedMs int64 // when it was first said to be open; 0 when only its end was told
	ClosedMs int64 // when it was last said to be over; 0 while it is not

	reopenedMs int64 // when it was last said to be open
	reasonAt   int64
}

// lastMs is the newest instant that is told about it.
func (n *Notice) lastMs() int64 { return max(n.reopenedMs, n.ClosedMs) }

// open tells that what was said last is that it is open.
func (n *Notice) open() bool { return n.reopenedMs > n.ClosedMs }

// Notices lists the incidents of the last 24 hours, and those that go on, in order of time.
func (w *World) Notices() []Notice {
	var list []Notice
	for i := range w.notices {
		n := w.notices[i]
		if !n.open() && n.lastMs() < w.clock-stubKeepMs {
			continue
		}
		if n.open() {
			n.ClosedMs = 0
		}
		list = append(list, n)
	}
	return list
}

// takeNotice notes that an incident was published, or that it is over. Only the earliest and the latest of each are kept,
// so order and repetition do not matter.
func (w *World) takeNotice(e *event.Event) Reason {
	if e.Time < w.clock-stubKeepMs {
		return ReasonTooLate
	}
	i := slices.IndexFunc(w.notices, func(n Notice) bool { return n.Object == e.Object })
	if i < 0 {
		w.forgetNotices()
		w.notices = append(w.notices, Notice{Object: cloneString(e.Object)})
		i = len(w.notices) - 1
	}
	n := &w.notices[i]
	if e.State == event.NoticeOpened {
		if n.OpenedMs == 0 || e.Time < n.OpenedMs {
			n.OpenedMs = e.Time
		}
		n.reopenedMs = max(n.reopenedMs, e.Time)
	} else {
		n.ClosedMs = max(n.ClosedMs, e.Time)
	}
	if e.Reason != "" && (n.Reason == "" || e.Time >= n.reasonAt) {
		n.Reason, n.reasonAt = cloneString(e.Reason), e.Time
	}
	slices.SortFunc(w.notices, compareNotices)
	return ReasonNone
}

func compareNotices(a, b Notice) int {
	return cmp.Or(cmp.Compare(a.OpenedMs, b.OpenedMs), cmp.Compare(a.Object, b.Object))
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
		c.string(&n.Object)
		c.string(&n.Reason)
		number(c, &n.OpenedMs)
		number(c, &n.ClosedMs)
		number(c, &n.reopenedMs)
		number(c, &n.reasonAt)
	})
}
