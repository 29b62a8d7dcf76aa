// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"bytes"
	"os"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// capRivage is the demo centre, as its files describe it.
func capRivage(t testing.TB) *Spec {
	t.Helper()
	org, err := organisation.Read(os.DirFS("../cap-rivage"), organisation.Options{Name: "seeds/cap-rivage"})
	if err != nil {
		t.Fatal(err)
	}
	return CapRivage(org)
}

// simulate runs and returns the truth and the lines.
func simulate(t testing.TB, spec *Spec, o Options) (*Truth, []byte) {
	t.Helper()
	var out bytes.Buffer
	w := NewNDJSON(&out)
	truth, err := Run(spec, &o, w)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return truth, out.Bytes()
}

// nowhere is a sink that keeps nothing.
type nowhere struct{}

func (nowhere) Put(*event.Event) error { return nil }

// history simulates without keeping events.
func history(t testing.TB, spec *Spec, o Options) *Truth {
	t.Helper()
	truth, err := Run(spec, &o, nowhere{})
	if err != nil {
		t.Fatal(err)
	}
	return truth
}
