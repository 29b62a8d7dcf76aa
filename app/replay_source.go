// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
)

// replaySource is a format of files that can be replayed.
type replaySource struct {
	name string
	read func(context.Context, *ReplayOptions, lineHandler) (replayCounts, error)
}

// lineHandler takes what one line became: events, or a dead letter, or, when it was ignored, neither.
type lineHandler func(place ingest.Place, events []event.Event, dead *ingest.DeadLetter) error

// replayCounts is what a source says of its lines. Invariant: Lines = Producing + the sum of Ignored + dead letters.
type replayCounts struct {
	lines, producing int64
	ignored          []LabelCount
	remedies         []string // what a person can do about lines that were not used
}

// LabelCount is a number with its label.
type LabelCount struct {
	Label string
	N     int64
}

// replaySources is the closed list of sources.
func replaySources() []replaySource {
	return []replaySource{{asterisk.SourceName, replayAsterisk}}
}

// ReplaySources lists the names that ReplayOptions.Source may be.
func ReplaySources() []string {
	var names []string
	for _, s := range replaySources() {
		names = append(names, s.name)
	}
	return names
}

func replaySourceNamed(name string) (replaySource, error) {
	for _, s := range replaySources() {
		if s.name == name {
			return s, nil
		}
	}
	return replaySource{}, fmt.Errorf("source %q: choose one of %s", name, strings.Join(ReplaySources(), ", "))
}

func replayAsterisk(ctx context.Context, o *ReplayOptions, handle lineHandler) (replayCounts, error) {
	members, err := asterisk.ParseMemberRules(o.Members)
	if err != nil {
		return replayCounts{}, err
	}
	p, err := asterisk.NewParser(asterisk.Options{Centre: o.Centre, Members: members, Privacy: o.Privacy})
	if err != nil {
		return replayCounts{}, err
	}
	err = asterisk.ReadFiles(ctx, o.Files, p, func(out asterisk.Output) error {
		return handle(out.Place, out.Events, out.Dead)
	})
	if err != nil {
		return replayCounts{}, err
	}
	s := p.Summary()
	counts := replayCounts{lines: s.Lines, producing: s.Producing, remedies: s.Remedies()}
	byLabel := map[string]int64{}
	for why, n := range s.Ignored {
		byLabel[why.String()] = n
	}
	for _, label := range sortedNames(byLabel) {
		counts.ignored = append(counts.ignored, LabelCount{label, byLabel[label]})
	}
	return counts, nil
}
