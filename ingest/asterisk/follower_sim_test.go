// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
)

// simulation drives a world by chance: a writer that logs and rotates in every way, a follower that looks, crashes and
// comes back.
type simulation struct {
	*world
	rng    *rand.Rand
	second int
	files  int // rotated ones: queue_log.1 is the newest
	steps  []string
}

// TestFollowerSimulation: whatever order of writing, rotating, crashing and resuming, each line's events reach the log,
// in order, under the ids of a reading in one piece. The seed of a failure is in the test's name.
func TestFollowerSimulation(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			s := &simulation{world: newWorld(t), rng: rand.New(rand.NewPCG(seed, 7))}
			defer func() {
				if t.Failed() {
					t.Logf("steps: %v", s.steps)
				}
			}()
			s.writeLines() // a log that was never looked at has no position: the first file must be seen before it rotates
			s.start()
			s.passes(1)
			for range 40 {
				s.step()
			}
			if s.follower == nil {
				s.start()
			}
			s.writeLines() // the followed file has content, so that a rotated one is known to be complete
			s.passes(2*s.files + 4)
			s.check()
		})
	}
}

func (s *simulation) step() {
	s.t.Helper()
	switch n := s.rng.IntN(100); {
	case n < 40:
		s.note("write")
		s.writeLines()
	case n < 70:
		s.note("pass")
		if s.follower == nil {
			s.start()
		}
		s.passes(1)
	case n < 80:
		s.note("crash")
		s.crash()
	case n < 88:
		s.note("rename")
		s.shift()
		s.rename(s.path, s.path+".1")
		writeFile(s.t, s.path, nil)
	case n < 94:
		s.note("copytruncate")
		s.shift()
		s.copyAndTruncate(s.path + ".1")
	default:
		s.note("compress")
		s.compress()
	}
}

func (s *simulation) note(step string) { s.steps = append(s.steps, step) }

func (s *simulation) writeLines() {
	for range 1 + s.rng.IntN(8) {
		s.second += 1 + s.rng.IntN(2)
		for range 1 + s.rng.IntN(2) {
			s.log(lineAt(s.second))
		}
	}
}

// shift makes room for queue_log.1, as logrotate does.
func (s *simulation) shift() {
	for i := s.files; i > 0; i-- {
		for _, suffix := range []string{"", ".gz"} {
			from := fmt.Sprintf("%s.%d%s", s.path, i, suffix)
			if _, err := os.Stat(from); err == nil {
				s.rename(from, fmt.Sprintf("%s.%d%s", s.path, i+1, suffix))
			}
		}
	}
	s.files++
}

// compress packs an older rotated file.
func (s *simulation) compress() {
	if s.files < 2 {
		return
	}
	name := fmt.Sprintf("%s.%d", s.path, 2+s.rng.IntN(s.files-1))
	content, err := os.ReadFile(name)
	if err != nil {
		return // packed before
	}
	writeFile(s.t, name+".gz", pack(s.t, content))
	if err := os.Remove(name); err != nil {
		s.t.Fatal(err)
	}
}
