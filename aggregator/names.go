// SPDX-License-Identifier: Apache-2.0

package aggregator

import "strings"

// maxNames bounds the dictionary of one world: 10,000 advisors, their teams, queues, sources, reasons and codes fit a
// hundred times. Beyond it an event that brings a new name is a dead letter.
const maxNames = 1 << 20

// names interns the words of a world. IDs are given in the order in which the log first shows a word, so they are the
// same on every replay; nothing that leaves the machine depends on their order.
type names struct {
	ids  map[string]ID
	list []string
}

func newNames() names {
	return names{ids: map[string]ID{"": 0}, list: []string{""}}
}

// id returns the ID of s, giving it one if it is new. s may be a view of bytes that will be reused.
func (n *names) id(s string) ID {
	if s == "" {
		return 0
	}
	if id, ok := n.ids[s]; ok {
		return id
	}
	s = strings.Clone(s)
	id := ID(len(n.list))
	n.list = append(n.list, s)
	n.ids[s] = id
	return id
}

func (n *names) full() bool { return len(n.list) >= maxNames }

// name returns the word of an ID.
func (n *names) name(id ID) string { return n.list[id] }
