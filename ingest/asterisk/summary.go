// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"fmt"
	"maps"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// Summary counts what a parser has seen. Invariant: Lines = Producing + the sum of Ignored + the sum of Dead.
type Summary struct {
	Lines     int64
	Producing int64                   // lines that made at least one event
	Verbs     map[string]int64        // sound lines by verb, ignored ones included
	Events    map[event.Type]int64    // events by type
	Ignored   map[Ignored]int64       // lines by reason
	Dead      map[ingest.Reason]int64 // lines by reason

	First, Last event.Millis // least and greatest time of a sound line; 0 before the first
	Forgotten   int64        // open calls given up because too many never ended
	Unmapped    string       // an example of a member that needs a rule
}

func newSummary() Summary {
	return Summary{Verbs: map[string]int64{}, Events: map[event.Type]int64{}, Ignored: map[Ignored]int64{}, Dead: map[ingest.Reason]int64{}}
}

func (s *Summary) add(l *line, out *Output) {
	if !l.blank() {
		s.Verbs[knownVerb(l.verb)]++
		if s.First == 0 || l.at < s.First {
			s.First = l.at
		}
		s.Last = max(s.Last, l.at)
	}
	if out.Ignored != NotIgnored {
		s.Ignored[out.Ignored]++
		if out.Ignored == IgnoredMember && s.Unmapped == "" {
			s.Unmapped = strings.Clone(l.agent)
		}
		return
	}
	s.Producing++
	for i := range out.Events {
		s.Events[out.Events[i].Type]++
	}
}

// knownVerb bounds the number of verbs counted: DIVERT_ may go on with anything.
func knownVerb(verb string) string {
	if strings.HasPrefix(verb, "DIVERT_") {
		return "DIVERT_*"
	}
	return strings.Clone(verb)
}

// Summary returns what the parser has seen so far, as a copy.
func (p *Parser) Summary() Summary {
	s := p.summary
	s.Verbs, s.Events = maps.Clone(s.Verbs), maps.Clone(s.Events)
	s.Ignored, s.Dead = maps.Clone(s.Ignored), maps.Clone(s.Dead)
	s.Forgotten = p.calls.forgotten
	return s
}

// Remedies says in plain words what a person can do about lines that were not used; empty when there is nothing to do.
func (s *Summary) Remedies() []string {
	var all []string
	if n := s.Ignored[IgnoredMember]; n > 0 {
		all = append(all, fmt.Sprintf("%d member lines show an interface such as %s while calls show member names: say which advisor "+
			"that is with --member 'REGEXP=REPLACEMENT', for example --member 'Local/(\\d+)@agents/n=advisor-$1'", n, s.Unmapped))
	}
	if n := s.Dead[ingest.ReasonUnknownVerb]; n > 0 {
		all = append(all, fmt.Sprintf("%d lines have a verb that is not known here; the dead letters name them", n))
	}
	if n := s.Dead[ingest.ReasonBadUTF8]; n > 0 {
		all = append(all, fmt.Sprintf("%d lines are not UTF-8: convert the file, for example with `iconv -f latin1 -t utf8`", n))
	}
	if s.Forgotten > 0 {
		all = append(all, fmt.Sprintf("%d calls never ended in the log and were given up", s.Forgotten))
	}
	return all
}
