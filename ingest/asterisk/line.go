// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

const (
	// MaxLineBytes bounds one line. Asterisk writes at most 8 KiB at once; real lines have about 70 bytes.
	MaxLineBytes = 8 << 10

	fixedColumns = 5 // epoch, call id, queue, agent, verb
	dataColumns  = 5 // what follows; the last one keeps any further "|"

	maxDurationSeconds = 7 * 24 * 3600 // a wait or a call of a week is a broken number
	absent             = int64(-1)     // a number that the line does not give
)

// refusal says why a line is a dead letter.
type refusal struct {
	reason ingest.Reason
	detail string
}

func refuse(r ingest.Reason, format string, args ...any) *refusal {
	return &refusal{reason: r, detail: fmt.Sprintf(format, args...)}
}

// line is one line in columns: epoch|call id|queue|agent|VERB|data...
type line struct {
	text    string // without spaces around it; empty when blank
	at      event.Millis
	contact string // with the prefix of the options; empty when the column names no call
	queue   string // empty for NONE
	agent   string // as written; empty for NONE
	advisor string // agent after the member rules
	verb    string
	data    [dataColumns]string
	ms      [dataColumns]int64 // durations, in milliseconds whatever the log's unit; filled by check
}

func (l *line) blank() bool { return l.text == "" }

// parse splits raw into columns and checks what all lines have in common.
func (l *line) parse(raw []byte, o *Options) *refusal {
	*l = line{}
	raw = bytes.Trim(raw, " \t\r\n")
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")) // the byte order mark of an editor
	if len(raw) == 0 {
		return nil
	}
	if len(raw) > MaxLineBytes {
		return refuse(ingest.ReasonTooLong, "the line is %d bytes long, at most %d are allowed", len(raw), MaxLineBytes)
	}
	l.text = string(raw)
	if r := checkText(l.text); r != nil {
		return r
	}
	columns := [fixedColumns + dataColumns]string{}
	n, rest := 0, l.text
	for more := true; more && n < len(columns); n++ {
		if n == len(columns)-1 {
			columns[n] = strings.Trim(rest, " \t|")
			n++
			break
		}
		var c string
		c, rest, more = strings.Cut(rest, "|")
		columns[n] = strings.Trim(c, " \t")
	}
	if n < fixedColumns {
		return refuse(ingest.ReasonColumns, "%d columns, at least %d are needed: epoch|call id|queue|agent|verb", n, fixedColumns)
	}
	if r := l.parseTime(columns[0]); r != nil {
		return r
	}
	l.contact = callID(columns[1], o.ContactPrefix)
	l.queue, l.agent, l.verb = named(columns[2]), named(columns[3]), columns[4]
	l.advisor = mapMember(o.Members, l.agent)
	copy(l.data[:], columns[fixedColumns:])
	return l.checkLengths()
}

func (l *line) parseTime(column string) *refusal {
	seconds, err := strconv.ParseInt(column, 10, 64)
	if err != nil || strings.HasPrefix(column, "+") {
		return refuse(ingest.ReasonBadTime, "the time %q is not a number of seconds since 1970", cut(column))
	}
	if seconds <= 0 || seconds > event.MaxTime/1000 {
		return refuse(ingest.ReasonBadTime, "the time %d is not between 1970 and 2200", seconds)
	}
	l.at = seconds * 1000
	return nil
}

// checkLengths keeps each column within what an event attribute may hold.
func (l *line) checkLengths() *refusal {
	for _, c := range []struct{ name, value string }{
		{"call id", l.contact}, {"queue", l.queue}, {"agent", l.agent}, {"advisor name", l.advisor},
		{"verb", l.verb}, {"first data column", l.data[0]},
	} {
		if len(c.value) > event.MaxStringBytes {
			return refuse(ingest.ReasonTooLong, "the %s is %d bytes long, at most %d are allowed", c.name, len(c.value), event.MaxStringBytes)
		}
	}
	return nil
}

// checkText refuses what is not a line of UTF-8 text.
func checkText(s string) *refusal {
	if !utf8.ValidString(s) {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\t' }) {
			return refuse(ingest.ReasonBinary, "control characters: this is not a text line")
		}
		return refuse(ingest.ReasonBadUTF8, "not UTF-8: convert the file first, for example with `iconv -f latin1 -t utf8`")
	}
	if why := badText(strings.ReplaceAll(s, "\t", " ")); why != "" {
		return refuse(ingest.ReasonBinary, "%s: this is not a text line", why)
	}
	return nil
}

// badText says which character of s an event attribute cannot hold, or "".
func badText(s string) string {
	for _, r := range s {
		if unicode.IsControl(r) {
			return fmt.Sprintf("the control character %U", r)
		}
		if r&0xFFFE == 0xFFFE || (r >= 0xFDD0 && r <= 0xFDEF) {
			return fmt.Sprintf("the noncharacter %U", r)
		}
	}
	return ""
}

// check applies what the verb's rule asks for and reads the durations.
func (l *line) check(v *verbRule) *refusal {
	for _, c := range []struct {
		needed      bool
		name, value string
	}{{v.contact, "call id", l.contact}, {v.queue, "queue", l.queue}, {v.agent, "agent", l.advisor}} {
		if c.needed && c.value == "" {
			return refuse(ingest.ReasonMissingValue, "%s without %s: the line cannot be attributed", l.verb, c.name)
		}
	}
	for i := range l.ms {
		l.ms[i] = absent
	}
	if v.durations == nil {
		return nil
	}
	return v.durations(l)
}

// seconds reads data column i (from 0), given in whole seconds.
func (l *line) seconds(i int) *refusal { return l.duration(i, l.data[i], 1000) }

// millis reads data column i, given in milliseconds.
func (l *line) millis(i int) *refusal { return l.duration(i, l.data[i], 1) }

func (l *line) duration(i int, text string, unitMs int64) *refusal {
	if text == "" {
		return nil // old versions wrote fewer columns
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return refuse(ingest.ReasonBadNumber, "%s column d%d: %q is not a whole number", l.verb, i+1, cut(text))
	}
	if n < 0 || n > maxDurationSeconds*1000/unitMs {
		return refuse(ingest.ReasonBadNumber, "%s column d%d: a duration of %d is not between 0 and a week", l.verb, i+1, n)
	}
	l.ms[i] = n * unitMs
	return nil
}

// named returns a queue or agent column; NONE means that there is none.
func named(column string) string {
	if strings.EqualFold(column, "NONE") {
		return ""
	}
	return column
}

// callID returns the call id column; member lines write who acted there instead of a call.
func callID(column, prefix string) string {
	switch column {
	case "", "NONE", "MANAGER", "REALTIME", "CLI":
		return ""
	}
	return prefix + column
}

// cut shortens a value that a message repeats.
func cut(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// minRedactedDigits is the length from which a number in a broken line may be a customer's.
const minRedactedDigits = 6

// redact returns a broken line for the dead letters without what may identify a customer: after the call id, digits of
// long numbers become "#", and of an ENTERQUEUE line only the columns before the caller remain. The file itself, at
// the letter's place, still has everything.
func redact(raw []byte) string {
	s := ingest.CutRaw(bytes.TrimRight(raw, "\r\n"))
	if i := strings.Index(s, "ENTERQUEUE"); i >= 0 {
		s = s[:i] + "ENTERQUEUE|..."
	}
	keep := 0
	for range 2 {
		if i := strings.IndexByte(s[keep:], '|'); i >= 0 {
			keep += i + 1
		}
	}
	b := []byte(s)
	for i := keep; i < len(b); i++ {
		j := i
		for j < len(b) && b[j] >= '0' && b[j] <= '9' {
			j++
		}
		if j-i >= minRedactedDigits {
			copy(b[i:j], strings.Repeat("#", j-i))
		}
		i = max(i, j)
	}
	return string(b)
}
