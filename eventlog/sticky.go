// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"cmp"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/segmentio/kafka-go"
)

// stickyProtocol is the name under which members agree to this way of sharing. A change of the claim's format or of
// share's outcome needs a new name, offered beside the old one for one release.
const stickyProtocol = "vigie-sticky-1"

// claim is what a member held in its last generation, told to the leader when it joins. A partition's state stays in its
// owner's memory, so whoever held it last should get it again.
type claim struct {
	member     string
	generation int32
	partitions []int
}

// sticky is the group balancer of the client library, with the claims as user data.
type sticky struct {
	topic string
	held  func() claim
}

func (s sticky) ProtocolName() string { return stickyProtocol }

func (s sticky) UserData() ([]byte, error) {
	c := s.held()
	data := binary.AppendUvarint(nil, uint64(max(c.generation, 0)))
	for _, p := range c.partitions {
		data = binary.AppendUvarint(data, uint64(p))
	}
	return data, nil
}

func decodeClaim(member string, data []byte) (claim, error) {
	c := claim{member: member}
	for i := 0; len(data) > 0; i++ {
		value, n := binary.Uvarint(data)
		if n <= 0 || value > 1<<31-1 {
			return claim{member: member}, errors.New("malformed claim")
		}
		data = data[n:]
		if i == 0 {
			c.generation = int32(value)
		} else {
			c.partitions = append(c.partitions, int(value))
		}
	}
	return c, nil
}

func (s sticky) AssignGroups(members []kafka.GroupMember, partitions []kafka.Partition) kafka.GroupMemberAssignments {
	claims := make([]claim, len(members))
	for i, m := range members {
		claims[i], _ = decodeClaim(m.ID, m.UserData) // a claim that cannot be read is no claim
	}
	var ids []int
	for _, p := range partitions {
		if p.Topic == s.topic {
			ids = append(ids, p.ID)
		}
	}
	assignments := make(kafka.GroupMemberAssignments, len(members))
	for member, own := range share(claims, ids) {
		assignments[member] = map[string][]int{s.topic: own}
	}
	return assignments
}

// share gives each partition to one member. Counts differ by one at most, and among all such ways it is one that leaves
// the most partitions where they are. It depends on its arguments' contents only, not on their order.
func share(claims []claim, partitions []int) map[string][]int {
	if len(claims) == 0 {
		return nil
	}
	keeps := honour(claims, partitions)
	members := make([]string, 0, len(claims))
	for _, c := range claims {
		members = append(members, c.member)
	}
	// Those who hold most get the larger shares: then the fewest have to give up.
	slices.SortFunc(members, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(keeps[b]), len(keeps[a])), cmp.Compare(a, b))
	})
	shares := make(map[string][]int, len(members))
	taken := make(map[int]bool, len(partitions))
	room := func(i int) int {
		n := len(partitions) / len(members)
		if i < len(partitions)%len(members) {
			n++
		}
		return n
	}
	for i, m := range members {
		shares[m] = keeps[m][:min(len(keeps[m]), room(i))]
		for _, p := range shares[m] {
			taken[p] = true
		}
	}
	free := slices.DeleteFunc(slices.Sorted(slices.Values(partitions)), func(p int) bool { return taken[p] })
	for i, m := range members {
		n := room(i) - len(shares[m])
		shares[m] = slices.Sorted(slices.Values(append(slices.Clone(shares[m]), free[:n]...)))
		free = free[n:]
	}
	return shares
}

// honour resolves claims to the same partition: the one of the latest generation counts, since an older one is what a
// member held before it lost touch. The result is sorted by partition.
func honour(claims []claim, partitions []int) map[string][]int {
	exists := make(map[int]bool, len(partitions))
	for _, p := range partitions {
		exists[p] = true
	}
	holder := map[int]claim{}
	for _, c := range claims {
		for _, p := range c.partitions {
			other, contested := holder[p]
			newer := cmp.Or(cmp.Compare(c.generation, other.generation), cmp.Compare(other.member, c.member)) > 0
			if exists[p] && (!contested || newer) {
				holder[p] = c
			}
		}
	}
	keeps := map[string][]int{}
	for p, c := range holder {
		keeps[c.member] = append(keeps[c.member], p)
	}
	for _, own := range keeps {
		slices.Sort(own)
	}
	return keeps
}
