// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/live"
)

// TopOptions configure Top. Each field has the flag of the same name in `vigie top`.
type TopOptions struct {
	URL    string // of a running vigie
	Centre string // empty: all it has; of a board the first
	Board  string // a wall board, as its page shows it: centre, or a team; empty: the queues in figures
	Lang   string // of a board: en or fr
	Token  string // to read with; empty: none
	Every  time.Duration
	Once   bool // show the board once and end
	Live   bool // redraw in place: the output is a terminal
	Out    io.Writer
}

// Validate checks the options without I/O.
func (o TopOptions) Validate() error {
	var errs []error
	if u, err := url.Parse(o.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		errs = append(errs, fmt.Errorf("url %q: give the address of a running vigie, for example http://127.0.0.1:8080", o.URL))
	}
	if o.Lang != "" && o.Lang != string(wall.English) && o.Lang != string(wall.French) {
		errs = append(errs, fmt.Errorf("lang %q: choose en or fr", o.Lang))
	}
	if o.Every < 100*time.Millisecond {
		errs = append(errs, fmt.Errorf("every %s: give at least 100ms", o.Every))
	}
	return errors.Join(errs...)
}

// Top shows the live board of a running instance in a terminal until the context ends. An instance that is away for a while
// is said to be, and asked again.
func Top(ctx context.Context, o TopOptions) error {
	if err := o.Validate(); err != nil {
		return err
	}
	t := top{o: o, client: &http.Client{Timeout: 10 * time.Second}}
	for first := true; ; first = false {
		err := t.frame(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && (first || o.Once):
			return err
		case err != nil:
			t.draw(err.Error() + "\n")
		case o.Once:
			return nil
		}
		if sleepFor(ctx, o.Every) != nil {
			return nil
		}
	}
}

type top struct {
	o      TopOptions
	client *http.Client
	lines  int // of the frame that is shown
}

func (t *top) frame(ctx context.Context) error {
	text, err := t.text(ctx)
	if err != nil {
		return err
	}
	t.draw(text)
	return nil
}

// text asks for what is to be shown.
func (t *top) text(ctx context.Context) (string, error) {
	var b strings.Builder
	query := url.Values{}
	if t.o.Centre != "" {
		query.Set("centre", t.o.Centre)
	}
	if t.o.Board != "" {
		query.Set("board", t.o.Board)
		query.Set("lang", cmp.Or(t.o.Lang, string(wall.English)))
		var board wall.Board
		if err := t.ask(ctx, "/api/v1/board", query, &board); err != nil {
			return "", err
		}
		writeTiles(&b, &board, t.o.Live)
		return b.String(), nil
	}
	var answer live.IndicatorsAnswer
	if err := t.ask(ctx, "/api/v1/indicators", query, &answer); err != nil {
		return "", err
	}
	for i := range answer.Centres {
		WriteBoard(&b, &answer.Centres[i], answer.Centres[i].Zone)
	}
	if len(answer.Centres) == 0 {
		b.WriteString("no centre has sent an event yet\n")
	}
	return b.String(), nil
}

func (t *top) draw(text string) { redraw(t.o.Out, t.o.Live, &t.lines, text) }

// ask reads an answer of the API.
func (t *top) ask(ctx context.Context, path string, query url.Values, answer any) error {
	address := strings.TrimSuffix(t.o.URL, "/") + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("asking %s: %w", address, err)
	}
	if t.o.Token != "" {
		request.Header.Set("Authorization", "Bearer "+t.o.Token)
	}
	response, err := t.client.Do(request)
	if err != nil {
		return fmt.Errorf("asking for the board: %w; is vigie running there? Give its address with --url", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return fmt.Errorf("asking %s: %w", address, err)
	case response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden:
		return fmt.Errorf("asking %s: %s: give a token of its --read-token-file with --token-file", address, response.Status)
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("asking %s: %s: %s", address, response.Status, bytes.TrimSpace(body))
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("asking %s: the answer is not that of vigie: %w", address, err)
	}
	return nil
}
