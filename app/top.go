// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/live"
)

// TopOptions configure Top. Each field has the flag of the same name in `vigie top`.
type TopOptions struct {
	URL    string // of a running vigie
	Centre string // empty: all it has
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
	centres, err := t.ask(ctx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for i := range centres {
		WriteBoard(&b, &centres[i], centres[i].Zone)
	}
	if len(centres) == 0 {
		b.WriteString("no centre has sent an event yet\n")
	}
	t.draw(b.String())
	return nil
}

func (t *top) draw(text string) { redraw(t.o.Out, t.o.Live, &t.lines, text) }

func (t *top) ask(ctx context.Context) ([]live.CentreView, error) {
	address := strings.TrimSuffix(t.o.URL, "/") + "/api/v1/indicators"
	if t.o.Centre != "" {
		address += "?centre=" + url.QueryEscape(t.o.Centre)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("asking %s: %w", address, err)
	}
	if t.o.Token != "" {
		request.Header.Set("Authorization", "Bearer "+t.o.Token)
	}
	response, err := t.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking for the indicators: %w; is vigie running there? Give its address with --url", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return nil, fmt.Errorf("asking %s: %w", address, err)
	case response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden:
		return nil, fmt.Errorf("asking %s: %s: give a token of its --read-token-file with --token-file", address, response.Status)
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("asking %s: %s: %s", address, response.Status, bytes.TrimSpace(body))
	}
	var answer live.IndicatorsAnswer
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("asking %s: the answer is not that of vigie: %w", address, err)
	}
	return answer.Centres, nil
}
