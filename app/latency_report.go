// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"sort"
	"time"
)

// delays counts durations by the millisecond, rounded up.
type delays struct {
	bins []int64
	n    int64
}

func (d *delays) add(t time.Duration) {
	ms := max(0, int((t+time.Millisecond-1)/time.Millisecond))
	for len(d.bins) <= ms {
		d.bins = append(d.bins, make([]int64, ms+1-len(d.bins))...)
	}
	d.bins[ms]++
	d.n++
}

// percentile is the least duration that a share of all does not exceed, by nearest rank; 0 when there is none.
func (d *delays) percentile(perThousand int64) time.Duration {
	rank := (perThousand*d.n + 999) / 1000
	for ms, n := range d.bins {
		if rank -= n; rank <= 0 && d.n > 0 {
			return time.Duration(ms) * time.Millisecond
		}
	}
	return 0
}

func (d *delays) most() time.Duration { return time.Duration(max(len(d.bins)-1, 0)) * time.Millisecond }

func (d *delays) String() string {
	return fmt.Sprintf("p50 %4d ms   p99 %4d ms   most %4d ms   n %d", d.percentile(500).Milliseconds(), d.percentile(990).Milliseconds(), d.most().Milliseconds(), d.n)
}

// LatencyReport is what a measurement found.
type LatencyReport struct {
	Rate     float64       // events a second that were published while it was measured
	Measured time.Duration // how long
	Late     time.Duration // by how much the load was behind its own schedule, at the worst
	Imported int64         // events of the import meanwhile

	API   delays // from when a customer comes until the API's stream counts it
	Walls delays // until a wall has a board that counts it, for each wall
	// Frames is how many boards a wall got in a second, on average.
	Frames float64
	CPU    float64 // seconds of CPU in a second, of this process: load, broker, pipeline and readers
}

// Write prints the report.
func (r *LatencyReport) Write(w io.Writer, walls int) {
	fmt.Fprintf(w, "events                  %.0f/s for %s, at most %s behind their schedule\n", r.Rate, r.Measured.Round(time.Second), r.Late.Round(time.Millisecond))
	if r.Imported > 0 {
		fmt.Fprintf(w, "imported meanwhile      %d events\n", r.Imported)
	}
	fmt.Fprintf(w, "visible in the stream   %s\n", &r.API)
	if walls > 0 {
		fmt.Fprintf(w, "visible on a wall       %s   (%d walls, %.1f boards a second each)\n", &r.Walls, walls, r.Frames)
	}
	fmt.Fprintf(w, "CPU                     %.2f cores: load, broker, pipeline and readers in one process\n", r.CPU)
}

// countSeen books how long each customer took to be counted in what a reader saw: came[i] is when customer i came, and a
// sighting with count k shows the first k. Customers outside from and to are left out, and so are those who were shown by the
// first sighting: they may have been there before the reader was.
func countSeen(into *delays, came []time.Time, seen []sighting, from, to time.Time) {
	shown := int64(0)
	for i, s := range seen {
		for ; shown < min(s.count, int64(len(came))); shown++ {
			if t := came[shown]; i > 0 && !t.Before(from) && t.Before(to) {
				into.add(s.at.Sub(t))
			}
		}
	}
}

// withCounts gives sightings of boards, which name the last record that they count, the number of customers up to there:
// that of the latest frame of the API that counts no further. So a delay is never told too short.
func withCounts(boards, api []sighting) []sighting {
	list := make([]sighting, len(boards))
	for i, b := range boards {
		list[i] = b
		if n := sort.Search(len(api), func(j int) bool { return api[j].offset > b.offset }); n > 0 {
			list[i].count = api[n-1].count
		}
	}
	return list
}
