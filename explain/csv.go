// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// csvHeader are the columns of an explanation, one row per fact. Numerators and denominators of the rows add up to those of
// the indicator when all pages are taken.
var csvHeader = []string{"contact", "counted", "why", "at", "what", "numerator", "denominator", "queue", "campaign", "team", "advisor",
	"reason", "marks", "configuration", "epoch", "partition", "offset", "last_offset", "seq", "facts"}

// WriteCSV writes the facts for a spreadsheet, with a line of column names when header is set.
func (e *Explanation) WriteCSV(out io.Writer, header bool) error {
	w := csv.NewWriter(out)
	if header {
		_ = w.Write(csvHeader) // errors stay in w
	}
	for i := range e.Entries {
		entry := &e.Entries[i]
		for k := range entry.Lines {
			l := &entry.Lines[k]
			_ = w.Write([]string{cell(entry.Contact), strconv.FormatBool(entry.Counted), cell(entry.Why), e.words.instant(l.AtMs), cell(l.Text),
				fmt.Sprint(l.Numerator), fmt.Sprint(l.Denominator), cell(l.Queue), cell(l.Campaign), cell(l.Team), cell(l.Advisor), cell(l.Reason),
				strings.Join(l.Marks, " "), fmt.Sprint(l.Version), cell(l.Epoch), fmt.Sprint(l.Partition), fmt.Sprint(l.Offset),
				fmt.Sprint(l.LastOffset), fmt.Sprint(l.Seq), fmt.Sprint(l.Rows)})
		}
	}
	w.Flush()
	return w.Error()
}

// cell keeps a text from being taken for a formula by a spreadsheet: words come from sources that we do not know.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
