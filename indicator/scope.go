// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strconv"
	"strings"
)

// ScopeKind is a kind of scope: what a value is the value of. A site is a
// dimension of facts, not a kind of scope.
type ScopeKind uint8

// The kinds of scope. Their numbers are stored: append only.
const (
	ScopeCentre ScopeKind = iota
	ScopeProgramme
	ScopeTeam
	ScopeAdvisor
	ScopeQueue
	ScopeCampaign
	ScopeChannel
	// ScopeLine is what carries calls: a trunk, or a number that dials present.
	ScopeLine
	// ScopeWorkstation is what an advisor works at. It is equipment: what is wrong with it says nothing of who sits there.
	ScopeWorkstation

	numScopeKinds
)

// ScopeSource is one of the systems that send events. Only rules have it: nothing is
// counted by source, so it is none of the NumScopeKinds, has no view and no window.
const ScopeSource = numScopeKinds

// NumScopeKinds is the number of kinds of scope in which measures are booked.
const NumScopeKinds = int(numScopeKinds)

// NumRuleScopes is the number of kinds of scope that rules may have: ScopeSource too.
const NumRuleScopes = NumScopeKinds + 1

var scopeNames = [NumRuleScopes]string{"centre", "programme", "team", "advisor", "queue", "campaign", "channel", "line", "workstation", "source"}

// String returns the stable name of k, or scope(N) when k is unknown.
func (k ScopeKind) String() string {
	if int(k) >= NumRuleScopes {
		return "scope(" + strconv.Itoa(int(k)) + ")"
	}
	return scopeNames[k]
}

// ParseScopeKind returns the kind of scope of that name, of those in which
// measures are booked, and whether there is one.
func ParseScopeKind(name string) (ScopeKind, bool) {
	k, ok := ParseRuleScope(name)
	if k == ScopeSource {
		return 0, false
	}
	return k, ok
}

// ParseRuleScope returns the kind of scope of that name, of those that rules may
// have, and whether there is one.
func ParseRuleScope(name string) (ScopeKind, bool) {
	for i, n := range scopeNames {
		if n == name {
			return ScopeKind(i), true
		}
	}
	return 0, false
}

// ScopeSet is a set of kinds of scope, one bit each.
type ScopeSet uint16

// ScopesOf returns the set of the given kinds.
func ScopesOf(kinds ...ScopeKind) ScopeSet {
	var s ScopeSet
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

// Has tells whether k is in s.
func (s ScopeSet) Has(k ScopeKind) bool { return s&(1<<k) != 0 }

// String lists the kinds of s in their own order, separated by commas.
func (s ScopeSet) String() string {
	var names []string
	for k := range ScopeKind(NumRuleScopes) {
		if s.Has(k) {
			names = append(names, k.String())
		}
	}
	return strings.Join(names, ", ")
}

// The sets in which measures are booked.
const (
	// setD: where contacts come from.
	setD ScopeSet = 1<<ScopeCentre | 1<<ScopeProgramme | 1<<ScopeQueue | 1<<ScopeCampaign | 1<<ScopeChannel
	// setW: the same, and who works.
	setW = setD | 1<<ScopeTeam | 1<<ScopeAdvisor
	// setShared: the same without single people, for what says nothing of one.
	setShared = setD | 1<<ScopeTeam
	// setP: people only. Their time belongs to no queue.
	setP ScopeSet = 1<<ScopeCentre | 1<<ScopeTeam | 1<<ScopeAdvisor
	// setProduction: people's time that is bound to a campaign.
	setProduction = setP | 1<<ScopeCampaign
	// setK: the whole contact, which may cross queues and advisors.
	setK ScopeSet = 1<<ScopeCentre | 1<<ScopeProgramme | 1<<ScopeChannel
	// setOutcome: an outcome of a contact, booked also on its last queue, team
	// and advisor.
	setOutcome = setK | 1<<ScopeQueue | 1<<ScopeTeam | 1<<ScopeAdvisor
	// setEquipped: the same as setW, and by what the leg was carried and worked at.
	setEquipped = setW | 1<<ScopeLine | 1<<ScopeWorkstation
	// setDialled: the same as setW, and by the number that the dial presents.
	setDialled = setW | 1<<ScopeLine
	// allScopes: every kind there is.
	allScopes ScopeSet = 1<<NumRuleScopes - 1
	// setQueue: one queue only, because the sum over queues has no meaning.
	setQueue ScopeSet = 1 << ScopeQueue
)
