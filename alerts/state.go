// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/vigie-kpi/vigie/indicator"
)

// ErrState says that the state of an engine cannot be read back.
var ErrState = errors.New("the state of the alerts is truncated or damaged")

// AppendState appends the state of the alerts to b: canonical bytes, the same for the same state whatever came before. Lives
// that are as if nobody had looked are not in it.
func (e *Engine) AppendState(b []byte) []byte {
	lively := e.where((*instance).lives)
	b = binary.AppendUvarint(b, uint64(len(lively)))
	for _, x := range lively {
		b = appendText(appendText(b, x.rule.RuleConfig.Rule), x.scope)
		l := &x.life
		b = append(b, byte(l.phase), byte(l.verdict))
		for _, v := range l.numbers() {
			b = binary.AppendVarint(b, *v)
		}
		valid := byte(0)
		if l.shown.Valid {
			valid = 1
		}
		b = append(b, valid)
	}
	return b
}

// numbers are the integers of a life, in the order of the state.
func (l *life) numbers() [8]*int64 {
	return [...]*int64{&l.pendingAt, &l.startsAt, &l.resolvedAt, &l.clearAt, &l.firedAt, &l.shown.Numerator, &l.shown.Denominator, &l.shown.Hundredths}
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// ReadState takes the alerts to where AppendState found them, at the same instant and under the same rules, which must be in
// force already.
func (e *Engine) ReadState(b []byte) error {
	byName := map[string]*Rule{}
	for _, r := range e.rules {
		byName[r.RuleConfig.Rule] = r
	}
	d := decoder{b: b}
	for n := d.uint(); n > 0 && !d.broken; n-- {
		key := instanceKey{d.text(), d.text()}
		r := byName[key.rule]
		if r == nil || !r.covers(key.scope) || e.all[key] != nil {
			return fmt.Errorf("an alert %q of %q: %w", key.rule, key.scope, ErrState)
		}
		x := e.instance(r, key.scope)
		phase, verdict := Phase(d.byte()), Verdict(d.byte())
		for _, v := range x.numbers() {
			*v = d.int()
		}
		valid := d.byte()
		x.phase, x.verdict, x.shown.Valid = phase, verdict, valid == 1
		if phase > PhaseFiring || verdict >= numVerdicts || valid > 1 {
			d.broken = true
		}
		e.bindLabels(x)
	}
	if d.broken || len(d.b) > 0 {
		return ErrState
	}
	e.inhibit()
	return nil
}

// bindLabels gives labels to what was read back, so that the whole set can be told before the next evaluation.
func (e *Engine) bindLabels(x *instance) {
	site := ""
	if x.rule.kind == indicator.ScopeTeam {
		site = e.settings.Site(x.scope)
	}
	x.labels = x.rule.labelsOf(e.centre, x.scope, site)
}

// decoder reads what AppendState wrote; after damage it gives zeros.
type decoder struct {
	b      []byte
	broken bool
}

func (d *decoder) uint() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > uint64(len(d.b)) { // it counts things that follow
		d.b, d.broken = nil, true
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) int() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.b, d.broken = nil, true
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.broken = true
		return 0
	}
	v := d.b[0]
	d.b = d.b[1:]
	return v
}

func (d *decoder) text() string {
	n := d.uint()
	if n > uint64(len(d.b)) {
		d.b, d.broken = nil, true
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}
