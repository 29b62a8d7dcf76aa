// SPDX-License-Identifier: Apache-2.0

package aggregator

// alarm is an instant at which an item needs the clock. It may be out of date: item.alarm tells.
type alarm struct {
	due  int64
	item *item
}

func (a *alarm) before(b *alarm) bool {
	return a.due < b.due || a.due == b.due && a.item.contact < b.item.contact
}

// alarmHeap is a binary heap by (due, id of the item).
type alarmHeap []alarm

func (h *alarmHeap) push(a alarm) {
	s := append(*h, a)
	i := len(s) - 1
	for i > 0 && a.before(&s[(i-1)/2]) {
		s[i] = s[(i-1)/2]
		i = (i - 1) / 2
	}
	s[i] = a
	*h = s
}

func (h *alarmHeap) pop() alarm {
	s := *h
	first, moved := s[0], s[len(s)-1]
	s[len(s)-1] = alarm{}
	s = s[:len(s)-1]
	*h = s
	if len(s) == 0 {
		return first
	}
	i := 0
	for {
		child := 2*i + 1
		if child+1 < len(s) && s[child+1].before(&s[child]) {
			child++
		}
		if child >= len(s) || !s[child].before(&moved) {
			break
		}
		s[i] = s[child]
		i = child
	}
	s[i] = moved
	return first
}
