// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

var (
	boardsFacts  = flag.Int("vigie.facts", 500_000, "facts of the store over which BenchmarkBoards reads the boards")
	boardsRounds = flag.Int("vigie.rounds", 3, "how often BenchmarkBoards reads each board")
	boardsStrict = flag.Bool("vigie.strict", false, "fail where BenchmarkBoards finds the walls or the other boards too slow")
)

const (
	// wallLimit is what 95 of 100 queries of a wall stay below; otherLimit what every query of the other boards does.
	wallLimit  = 200 * time.Millisecond
	otherLimit = 2 * time.Second
	// browserRequests is how many requests a browser has under way to one server.
	browserRequests = 6
)

// asked is a panel's query as Grafana sends it, and how long its answers took.
type asked struct {
	board, sql   string
	panel        *panel
	rows         int64
	cold, cpu    time.Duration   // of the first answer; of the engine for an answer, alone
	alone, among []time.Duration // one after the other; with the other panels of the board at once
	err          error
}

// BenchmarkBoards measures the queries of all boards: each first read, then each alone, then those of a board together as a browser
// sends them. If strict, it fails when 95 of 100 queries of the walls are not below wallLimit, or any of the other boards is above
// otherLimit.
func BenchmarkBoards(b *testing.B) {
	addr := engineAddr(b)
	days, err := grownDays(addr, *boardsFacts)
	if err != nil {
		b.Fatal(err)
	}
	g := &grownStore{addr: addr, database: fmt.Sprintf("grown_%d", days), days: days, slices: 60, progress: func(day, days int) {
		if day%10 == 0 || day == days {
			fmt.Fprintf(os.Stderr, "day %d of %d\n", day, days)
		}
	}}
	o := demoOptions(b)
	if err := g.grow(b.Context(), o.Catalogue); err != nil {
		b.Fatal(err)
	}
	facts, err := g.number("SELECT count() FROM facts")
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		list := g.boards(b, o)
		for _, board := range list {
			g.read(b.Context(), board)
		}
		fmt.Printf("%.0f facts of %d days\n", facts, days)
		report(b, list)
	}
}

// grownOptions are the options of the demo centre at its second size.
func grownOptions(o *Options) *Options {
	larger := *o
	larger.Centre.Teams = slices.Clone(o.Centre.Teams)
	for _, t := range o.Centre.Teams {
		t.ID += secondHalf
		larger.Centre.Teams = append(larger.Centre.Teams, t)
	}
	return &larger
}

// boards are the queries of all boards.
func (g *grownStore) boards(t testing.TB, o *Options) [][]*asked {
	t.Helper()
	m, err := newMaker(grownOptions(o), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	boards := m.boards()
	if err := m.err(); err != nil {
		t.Fatal(err)
	}
	var list [][]*asked
	for i := range boards {
		var queries []*asked
		v := demoView(m.o, &boards[i])
		for _, r := range boards[i].rows {
			for j := range r.panels {
				p := &r.panels[j]
				if p.sql == "" {
					continue
				}
				sql, err := expand(p.sql, v)
				if err != nil {
					t.Fatal(err)
				}
				queries = append(queries, &asked{board: boards[i].id, panel: p, sql: sql})
			}
		}
		list = append(list, queries)
	}
	return list
}

// read asks the queries of a board.
func (g *grownStore) read(ctx context.Context, board []*asked) {
	for _, q := range board {
		q.cold = g.take(q)
	}
	for _, q := range board {
		before := g.cpu()
		for range *boardsRounds {
			q.alone = append(q.alone, g.take(q))
		}
		q.cpu = (g.cpu() - before) / time.Duration(*boardsRounds)
	}
	for range *boardsRounds {
		var under sync.WaitGroup
		next := make(chan *asked)
		for range browserRequests {
			under.Go(func() {
				for q := range next {
					q.among = append(q.among, g.take(q))
				}
			})
		}
		for _, q := range board {
			next <- q
		}
		close(next)
		under.Wait()
	}
}

// cpu is how much of the processors the engine has used for queries so far: unlike the clock, whatever else runs beside it.
func (g *grownStore) cpu() time.Duration {
	us, err := g.number("SELECT sum(value) FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'")
	if err != nil {
		return 0
	}
	return time.Duration(us) * time.Microsecond
}

// take is the time that an answer takes.
func (g *grownStore) take(q *asked) time.Duration {
	begin := time.Now()
	r, err := post(g.addr, g.database, q.sql)
	took := time.Since(begin)
	if err != nil {
		q.err = err
		return took
	}
	q.rows = r.Statistics.Rows
	return took
}

// report prints a line for each panel and board, and fails for what is too slow.
func report(b *testing.B, boards [][]*asked) {
	b.Helper()
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "board\tpanel\trows read\tCPU\tfirst\talone p50\tp95\tmax\ttogether p50\tp95\tmax\t")
	line := func(board, name string, q *asked) {
		ms := func(d time.Duration) string { return fmt.Sprintf("%.0f", float64(d)/float64(time.Millisecond)) }
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", board, name, q.rows, ms(q.cpu), ms(q.cold), ms(nearestRank(q.alone, 50)), ms(nearestRank(q.alone, 95)),
			ms(nearestRank(q.alone, 100)), ms(nearestRank(q.among, 50)), ms(nearestRank(q.among, 95)), ms(nearestRank(q.among, 100)))
	}
	var walls []time.Duration
	for _, board := range boards {
		var all asked
		for _, q := range board {
			if q.err != nil {
				b.Errorf("%s, %s: %v", q.board, q.panel.title, q.err)
			}
			title, _, _ := strings.Cut(q.panel.title, " · ")
			line(q.board, fmt.Sprintf("%d %s", q.panel.id, title), q)
			all.rows, all.cpu, all.cold = all.rows+q.rows, all.cpu+q.cpu, max(all.cold, q.cold)
			all.alone, all.among = append(all.alone, q.alone...), append(all.among, q.among...)
		}
		if len(board) == 0 {
			continue
		}
		line(board[0].board, "all", &all)
		if strings.HasPrefix(board[0].board, "wall-") {
			walls = append(append(walls, all.alone...), all.among...)
			continue
		}
		if slowest := max(nearestRank(all.alone, 100), nearestRank(all.among, 100), all.cold); slowest > otherLimit {
			tooSlow(b, "board %s: a query took %s, more than %s", board[0].board, slowest.Round(time.Millisecond), otherLimit)
		}
	}
	w.Flush()
	p95 := nearestRank(walls, 95)
	b.ReportMetric(float64(p95)/float64(time.Millisecond), "wall-p95-ms")
	if p95 > wallLimit {
		tooSlow(b, "95 of 100 queries of the walls took up to %s, more than %s", p95.Round(time.Millisecond), wallLimit)
	}
}

// tooSlow fails if strict. Otherwise it says so: a machine that others use is no reason to fail.
func tooSlow(b *testing.B, format string, args ...any) {
	b.Helper()
	if *boardsStrict {
		b.Errorf(format, args...)
		return
	}
	fmt.Printf(format+"\n", args...)
}

// nearestRank is the nearest rank of a percentile.
func nearestRank(list []time.Duration, percent int) time.Duration {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.SortedFunc(slices.Values(list), cmp.Compare)
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}
