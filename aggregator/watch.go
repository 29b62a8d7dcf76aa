// SPDX-License-Identifier: Apache-2.0

package aggregator

// Most contacts in memory have been answered, or are over and not yet forgotten. The gauges of each ten seconds look only at
// those in which somebody may wait, for an advisor or for help: they are listed whenever a contact has changed.

// watch lists the contact among the watched ones, or takes it off the list.
func (w *World) watch(c *contact) {
	is := c.state.asked || c.state.waits()
	switch {
	case is && c.watched == 0:
		w.watched = append(w.watched, c)
		c.watched = len(w.watched)
	case !is && c.watched != 0:
		w.unwatch(c)
	}
}

// unwatch takes a contact off the list, if it is there.
func (w *World) unwatch(c *contact) {
	if c.watched == 0 {
		return
	}
	last := w.watched[len(w.watched)-1]
	w.watched[c.watched-1], last.watched = last, c.watched
	w.watched[len(w.watched)-1] = nil
	w.watched, c.watched = w.watched[:len(w.watched)-1], 0
}

// waits tells that the customer waits in a queue.
func (j *journey) waits() bool {
	for i := range j.queues {
		if j.queues[i].waiting {
			return true
		}
	}
	return false
}
