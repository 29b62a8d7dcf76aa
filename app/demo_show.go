// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/live"
)

// show prints where everything is, then the board until the context ends.
func (d *demo) show(ctx context.Context) error {
	d.feed.introduce(ctx, d)
	d.begun = ctx.Err() == nil
	ticker := time.NewTicker(d.frameEvery())
	defer ticker.Stop()
	lines := 0
	fed := d.fed
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-d.app.Failed():
			return err
		case err := <-fed:
			if err != nil {
				return err
			}
			fed = nil
			if err := d.finish(ctx, &lines); err != nil {
				return err
			}
		case <-ticker.C:
			if fed != nil {
				d.draw(&lines)
			}
		}
	}
}

func (d *demo) frameEvery() time.Duration {
	if d.o.Live {
		return demoFrame
	}
	return 10 * demoFrame // a log file wants few frames
}

// addresses prints where everything is, with a query to paste.
func (d *demo) addresses(query string) {
	if d.app.Addr() != "" {
		d.say("  Wall     http://%s/wall", d.app.Addr())
		d.say("  API      http://%s/api/v1/indicators   (metrics at /metrics, health at /healthz)", d.app.Addr())
	}
	d.say("  Kafka    %s   (topic vigie.events)", d.broker.Addr())
	if d.engine != nil {
		d.say("  SQL      http://%s   for example:\n", d.engine.Addr())
		d.say("    curl -s 'http://%s/' --data-binary \"\n%s FORMAT PrettyCompact\"", d.engine.Addr(), indent(strings.ReplaceAll(query, `"`, "`")))
	}
	kept := "leaves nothing behind; with --data-dir DIR the next demo goes on where this one stops"
	if d.o.DataDir != "" {
		kept = "keeps " + d.o.DataDir + ": the next one goes on there"
	}
	d.say("\nCtrl-C ends the demo and %s.\n", kept)
}

// farewell says that the demo is ending: it takes some seconds, in which nothing else is to be seen.
func (d *demo) farewell(why error) {
	if !d.begun && errors.Is(why, context.DeadlineExceeded) {
		d.say("\nThe time of --for was over before the day began: give more, or fewer days of history with --history-days.")
	}
	kept := "nothing is left behind"
	if d.o.DataDir != "" {
		kept = d.o.DataDir + " is kept"
	}
	d.say("\nStopping, a moment; %s.", kept)
}

// indent moves a text to the right, and makes its back quotes safe within a shell's double quotes.
func indent(s string) string {
	return "      " + strings.ReplaceAll(strings.ReplaceAll(s, "`", "\\`"), "\n", "\n      ")
}

// draw prints the board, in place of the last one on a terminal.
func (d *demo) draw(lines *int) {
	var b strings.Builder
	for _, v := range d.app.Board().Views("", &live.Filter{}) {
		WriteBoard(&b, &v, d.feed.zone())
	}
	if b.Len() == 0 {
		return
	}
	redraw(d.o.Out, d.o.Live, lines, b.String())
}

// redraw writes a text; on a terminal over the one before it, of which lines tells the height. A terminal that is too narrow
// shows the left part of each line: wrapped lines would not be found again.
func redraw(out io.Writer, terminal bool, lines *int, text string) {
	if terminal {
		up := ""
		if *lines > 0 {
			up = fmt.Sprintf("\x1b[%dA\x1b[J", *lines)
		}
		*lines = strings.Count(text, "\n")
		text = up + "\x1b[?7l" + text + "\x1b[?7h"
	}
	io.WriteString(out, text) //nolint:errcheck // a terminal that went away ends the program by its signal
}

// boardColumns are the columns of the terminal board: title, window, indicator.
var boardColumns = []struct{ title, window, id string }{
	{"offered", "today", "offered"}, {"answered", "today", "answered"}, {"abandoned", "today", "abandoned"}, {"left", "today", "left"},
	{"live SL 15 min", "15m", "sl_live"}, {"SL today", "today", "sl_neg"}, {"answer rate", "today", "answer_rate_settled"},
	{"ASA", "today", "asa"}, {"AHT", "today", "aht"},
}

// WriteBoard writes a centre's board as a table: the centre and its queues. The clock is that of an IANA zone.
func WriteBoard(b io.Writer, v *live.CentreView, zoneName string) {
	asOf := time.UnixMilli(v.AsOfMs).UTC()
	if loc, err := zone.Load(zoneName); err == nil {
		asOf = asOf.In(loc)
	}
	fmt.Fprintf(b, "%s   as of %s   record %d\n", v.Centre, asOf.Format("2006-01-02 15:04:05"), v.Offset)
	w := tabwriter.NewWriter(b, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprint(w, "scope\twaiting\tlongest\t")
	for _, c := range boardColumns {
		fmt.Fprint(w, c.title, "\t")
	}
	fmt.Fprintln(w)
	for i := range v.Scopes {
		s := &v.Scopes[i]
		if s.Kind != "queue" && s.Kind != "centre" {
			continue
		}
		fmt.Fprintf(w, "%s %s\t%d\t%s\t", s.Kind, s.ID, s.Waiting, seconds(float64(s.LongestWaitMs)))
		for _, c := range boardColumns {
			fmt.Fprint(w, cell(s, c.window, c.id), "\t")
		}
		fmt.Fprintln(w)
	}
	w.Flush()
	fmt.Fprintln(b)
}

// cell prints a value with its unit, a dash where there is nothing to divide by.
func cell(s *live.ScopeView, window, id string) string {
	v, ok := s.Find(window, id)
	switch {
	case !ok || v.Value == nil:
		return "-"
	case v.Unit == "percent":
		return fmt.Sprintf("%.1f %%", 100**v.Value)
	case v.Unit == "ms":
		return seconds(*v.Value)
	}
	return fmt.Sprintf("%.0f", *v.Value)
}

func seconds(ms float64) string { return fmt.Sprintf("%.1f s", ms/1000) }

// finish shows the end of what was played.
func (d *demo) finish(ctx context.Context, lines *int) error {
	if err := d.settle(ctx); err != nil {
		return err
	}
	d.draw(lines)
	return d.feed.ended(ctx, d)
}

// settle waits until everything published is digested, shown and, with a store, stored. A block ends within five seconds
// of log clock.
func (d *demo) settle(ctx context.Context) error {
	partition := d.app.Log().PartitionOf([]byte(d.feed.centre()))
	_, next, err := d.app.Log().Bounds(ctx, eventlog.Events, partition)
	if err != nil {
		return err
	}
	stats := d.app.Runner().StatsOf(partition)
	for {
		done := stats.Offset.Load()
		if d.engine != nil {
			done = stats.StoredOffset.Load()
		}
		if done >= next-1 {
			return sleepFor(ctx, 2*live.ReadEvery)
		}
		if err := sleepFor(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

func sleepFor(ctx context.Context, t time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(t):
		return nil
	}
}

// query asks the engine over its HTTP interface, as a person with curl would.
func (d *demo) query(ctx context.Context, sql string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+d.engine.Addr()+"/", strings.NewReader(sql))
	if err != nil {
		return "", fmt.Errorf("asking ClickHouse: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("asking ClickHouse: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", fmt.Errorf("asking ClickHouse: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("asking ClickHouse: %s: %s", response.Status, body)
	}
	return string(body), nil
}
