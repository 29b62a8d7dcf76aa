// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vigie-kpi/vigie/alerts"
)

// life is a centre whose alerts come and go at random, with a machine that keeps checkpoints, may be killed, and catches up.
type life struct {
	*site
	random   *rand.Rand
	rule     *alerts.Rule
	mu       sync.Mutex           // of what follows: requests look at it
	firing   map[string]time.Time // by queue: since when
	over     map[string]alerts.Alert
	kept     []alerts.Set // the checkpoint
	keptAt   time.Time
	told     map[string]time.Time // by queue and beginning: until when the second Alertmanager believes it
	problems []string
}

// pane passes ten seconds of the centre's life.
func (l *life) pane() {
	l.pass(10 * time.Second)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range 4 {
		queue := fmt.Sprint("q", i)
		switch since, on := l.firing[queue]; {
		case on && l.random.IntN(6) == 0:
			delete(l.firing, queue)
			l.over[queue] = over(fires(l.rule, queue, since), time.Now())
		case !on && l.random.IntN(6) == 0:
			l.firing[queue] = time.Now()
			delete(l.over, queue)
		}
	}
}

// set is what the machine says now.
func (l *life) set() []alerts.Set {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []alerts.Alert
	for _, queue := range slices.Sorted(maps.Keys(l.firing)) {
		list = append(list, fires(l.rule, queue, l.firing[queue]))
	}
	for _, queue := range slices.Sorted(maps.Keys(l.over)) {
		if a := l.over[queue]; time.Now().UnixMilli()-a.ResolvedAt < alerts.RetainMs {
			list = append(list, a)
		}
	}
	return setOf(list...)
}

// crash kills the process. Life goes on in the log, and the next process begins from the checkpoint and catches up.
func (l *life) crash() {
	l.stop()
	for range l.random.IntN(7) { // up to a minute
		l.pane()
	}
	l.start(nil)
	l.sayFrom(time.Since(l.keptAt), l.kept...)
	l.pass(time.Duration(l.random.IntN(15)) * time.Second)
	l.say(l.set()...)
}

// look takes what the Alertmanagers got, and checks what must hold of it: what is told to fire fires.
func (l *life) look(posts []posted) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range posts {
		queue := p.Labels["scope"]
		since, on := l.firing[queue]
		switch {
		case !p.EndsAt.After(time.Now()):
			delete(l.told, queue)
		case !on || since.UnixMilli() != p.StartsAt.UnixMilli():
			l.problems = append(l.problems, fmt.Sprintf("at %v %s was told to fire since %v, and does not", time.Now(), queue, p.StartsAt))
		default:
			l.told[queue] = p.EndsAt
		}
	}
	for queue, until := range l.told {
		if _, on := l.firing[queue]; on && !until.After(time.Now()) {
			l.problems = append(l.problems, fmt.Sprintf("at %v %s fires, and was announced until %v only", time.Now(), queue, until))
		}
	}
}

// believes lists what an Alertmanager takes for firing, in order.
func believes(r *receiver) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	until := map[string]time.Time{}
	for _, p := range r.posts {
		until[p.Labels["scope"]] = p.EndsAt
	}
	maps.DeleteFunc(until, func(_ string, at time.Time) bool { return !at.After(time.Now()) })
	return slices.Sorted(maps.Keys(until))
}

// Whatever comes and goes, and whenever the process is killed: what Alertmanager is told to fire does, what fires stays announced
// without a gap, and in the end both Alertmanagers believe what is true, the one that was away as well.
func TestWhatIsToldIsTrue(t *testing.T) {
	told, low := 0, rule(t, "low", nil)
	for seed := range uint64(100) {
		synctest.Test(t, func(t *testing.T) {
			s := &site{t: t, am: &receiver{began: time.Now()}, other: &receiver{began: time.Now()}, began: time.Now()}
			s.start(nil)
			defer func() { s.stop() }()
			l := &life{site: s, random: rand.New(rand.NewPCG(seed, 1)), rule: low, firing: map[string]time.Time{}, over: map[string]alerts.Alert{},
				told: map[string]time.Time{}, keptAt: time.Now()}
			s.other.heard = l.look
			s.say()
			for range 60 {
				l.pane()
				l.say(l.set()...)
				switch l.random.IntN(12) {
				case 0:
					s.am.set(errAway, 0)
				case 1:
					s.am.set(nil, 0)
				case 2:
					l.crash()
				}
				if time.Since(l.keptAt) >= 30*time.Second || l.random.IntN(3) == 0 {
					l.kept, l.keptAt = l.set(), time.Now()
				}
				l.look(nil)
			}
			s.am.set(nil, 0)
			s.pass(time.Minute)
			want := slices.Sorted(maps.Keys(l.firing))
			for i, r := range []*receiver{s.am, s.other} {
				if got := believes(r); !slices.Equal(got, want) {
					t.Errorf("seed %d: in the end Alertmanager %d believes %v, and %v fire", seed, i, got, want)
				}
			}
			for _, p := range l.problems {
				t.Errorf("seed %d: %s", seed, p)
			}
			told += len(s.other.posts)
		})
		if t.Failed() {
			return
		}
	}
	if told < 5_000 {
		t.Errorf("only %d alerts were told", told)
	}
}
