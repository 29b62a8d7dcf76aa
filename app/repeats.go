// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/store"
)

// RepeatsOptions configure Repeats. Each field has the flag of the same name in `vigie repeats`.
type RepeatsOptions struct {
	ClickHouse store.Options
	Centre     string // empty: all of which contacts are stored
	// From and To are business days, both included. When both are zero everything is computed that may have changed since
	// the last full pass; one alone leaves the other end open.
	From, To time.Time
	// Progress, when not nil, is told how many of a centre's statements are done; the count begins anew with each range of days.
	Progress func(centre string, done, all int)
}

// RepeatsReport is what a pass did for one centre.
type RepeatsReport struct {
	Centre string
	store.DailyReport
}

// Validate checks the options without I/O.
func (o RepeatsOptions) Validate() error {
	errs := []error{o.ClickHouse.Validate()}
	if !o.From.IsZero() && !o.To.IsZero() && o.To.Before(o.From) {
		errs = append(errs, fmt.Errorf("to %s is before from %s; exchange them", o.To.Format(time.DateOnly), o.From.Format(time.DateOnly)))
	}
	return errors.Join(errs...)
}

// Repeats runs one pass of the daily job, whoever owns the centres: beside a running pipeline it does no harm.
func Repeats(ctx context.Context, o RepeatsOptions) ([]RepeatsReport, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, o.ClickHouse)
	if err != nil {
		return nil, err
	}
	reports, err := repeatsOf(ctx, st, o)
	return reports, errors.Join(err, st.Close())
}

func repeatsOf(ctx context.Context, st *store.Store, o RepeatsOptions) ([]RepeatsReport, error) {
	centres, err := st.DailyCentres(ctx)
	if err != nil {
		return nil, err
	}
	if o.Centre != "" {
		if !slices.Contains(centres, o.Centre) {
			return nil, fmt.Errorf("no contact of centre %s is stored; there are contacts of: %s", o.Centre, strings.Join(centres, ", "))
		}
		centres = []string{o.Centre}
	}
	var reports []RepeatsReport
	for _, centre := range centres {
		d := store.DailyOptions{Centre: centre, Kind: store.DailyFull}
		if !o.From.IsZero() || !o.To.IsZero() {
			d.Kind, d.Asked = store.DailyAsked, store.DayRange{From: dayOf(o.From), To: dayOf(o.To)}
		}
		if o.Progress != nil {
			d.Progress = func(done, all int) { o.Progress(centre, done, all) }
		}
		report, err := st.RunDaily(ctx, d)
		if err != nil {
			return reports, err
		}
		reports = append(reports, RepeatsReport{centre, report})
	}
	return reports, nil
}

// dayOf is a date as days since 1970-01-01; 0 for none.
func dayOf(date time.Time) int64 {
	if date.IsZero() {
		return 0
	}
	return date.Unix() / (24 * 60 * 60)
}
