// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"
	"testing"
)

// stretch is a time in which an advisor has a call or a chat in hand.
type stretch struct {
	from, to int64
	channel  string
}

// stretches lists them by advisor, the rings included.
func stretches(truth *Truth) map[string][]stretch {
	all := map[string][]stretch{}
	for _, c := range truth.Calls {
		for _, r := range c.Rings {
			all[r.Advisor] = append(all[r.Advisor], stretch{r.From, r.To, c.Channel})
		}
		for _, talk := range c.Talks {
			all[talk.Advisor] = append(all[talk.Advisor], stretch{talk.From, talk.DoneAt, c.Channel})
		}
	}
	return all
}

// TestOneCallOrThreeChats: nobody ever has a call and a chat at once, two calls, or four chats.
func TestOneCallOrThreeChats(t *testing.T) {
	truth := history(t, capRivage(t), Options{From: "2026-11-16", To: "2026-11-22", Seed: 5})
	most := 0
	for advisor, all := range stretches(truth) {
		slices.SortFunc(all, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
		for i, s := range all {
			chats, calls := 0, 0
			for _, o := range all[:i+1] {
				switch {
				case o.to <= s.from:
				case o.channel == "chat":
					chats++
				default:
					calls++
				}
			}
			if chats > 3 || calls > 1 || chats > 0 && calls > 0 {
				t.Fatalf("%s has %d chats and %d calls at %d", advisor, chats, calls, s.from)
			}
			most = max(most, chats)
		}
	}
	if most < 3 {
		t.Errorf("nobody had more than %d chats", most)
	}
}

// TestChatsShareTheirAdvisor: a chat lasts 720 s on average, and takes somewhat less than half as much of the advisor's own
// time, because two or three go on at once. With margins of a tenth for what days are like.
func TestChatsShareTheirAdvisor(t *testing.T) {
	truth := history(t, quietCapRivage(t), Options{From: "2026-09-07", To: "2026-10-03", Seed: 6})
	var elapsed, own, n float64
	for _, c := range truth.Calls {
		for _, talk := range c.Talks {
			if c.Channel == "chat" && talk.HandedOn == "" {
				elapsed += float64(talk.DoneAt - talk.From)
				n++
			}
		}
	}
	for _, d := range truth.Days {
		for _, team := range []string{"safran", "ambre"} {
			if p := d.Teams[team]; p != nil {
				own += float64(p.States[stateOnChat])
			}
		}
	}
	t.Logf("%.0f chats of %.0f s, %.0f s of an advisor", n, elapsed/n/1000, own/n/1000)
	if mean := elapsed / n / 1000; mean < 700 || mean > 740 {
		t.Errorf("a chat lasts %.0f s, want 720", mean)
	}
	if mean := own / n / 1000; mean < 300 || mean > 363 {
		t.Errorf("a chat takes %.0f s of an advisor, want about 330", mean)
	}
}

// TestChatScenes: on the demo day most chats get their first words in time, some customers give up, some chats are handed
// on to a colleague, never to the same advisor, and customers come who have called before.
func TestChatScenes(t *testing.T) {
	truth := history(t, capRivage(t), Options{From: CapRivageDay, To: "2026-11-18", Seed: CapRivageSeed})
	var within, answered, gaveUp, handedOn, across float64
	for _, c := range truth.Calls {
		if c.Channel != "chat" {
			continue
		}
		for _, w := range c.Waits {
			if w.Ended == "hung_up" {
				gaveUp++
				continue
			}
			answered++
			if w.To-w.From <= 40*secondMs {
				within++
			}
		}
		for i, talk := range c.Talks {
			if talk.HandedOn == "" {
				continue
			}
			handedOn++
			if i+1 < len(c.Talks) && c.Talks[i+1].Advisor == talk.Advisor {
				t.Errorf("%s gets chat %s back", talk.Advisor, c.ID)
			}
		}
		if c.Origin == originAcross {
			across++
		}
	}
	all := answered + gaveUp
	t.Logf("%.0f chats, %.0f %% in time, %.0f gave up, %.0f handed on, %.0f came across", all, 100*within/all, gaveUp, handedOn, across)
	if all < 320 || all > 480 || within/all < 0.7 || gaveUp == 0 || handedOn == 0 || handedOn > 20 || across < 10 {
		t.Error("that is no believable day of chats")
	}
}
