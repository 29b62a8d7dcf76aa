// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Abandon is a contact that ended with an abandon: somebody to call back. It is pseudonymous; who the customer is, only the
// system knows that made the hash.
type Abandon struct {
	Contact    string `json:"contact"`
	Customer   string `json:"customer,omitempty"` // keyed hash; "" when unknown
	Programme  string `json:"programme,omitempty"`
	Queue      string `json:"queue"`
	Channel    string `json:"channel,omitempty"`
	Reason     string `json:"reason,omitempty"`
	AtMs       int64  `json:"abandoned_at_ms"`
	WaitMs     int64  `json:"wait_ms"` // in all queues
	ReturnedMs int64  `json:"returned_at_ms,omitempty"`
	// Returned is the customer's next contact, ReturnedAs how it stands (answered, abandoned, open and so on), and ReturnedWay
	// its direction: outbound when we called.
	Returned    string `json:"returned_contact,omitempty"`
	ReturnedAs  string `json:"returned_outcome,omitempty"`
	ReturnedWay string `json:"returned_direction,omitempty"`
}

// CameBack tells whether the customer reached an advisor since.
func (a *Abandon) CameBack() bool { return a.ReturnedAs == "answered" }

// AbandonList is who gave up in an interval.
type AbandonList struct {
	Centre string    `json:"centre"`
	Total  int       `json:"total"`  // of the interval, before paging
	Capped bool      `json:"capped"` // there are more than can be listed: narrow the interval
	Page   int       `json:"page"`
	Size   int       `json:"size"`
	List   []Abandon `json:"abandoned"`

	words words
}

// NewAbandonList pages a list. size is at least 1; page counts from 1.
func NewAbandonList(centre string, all []Abandon, capped bool, page, size int, l indicator.Language, zone *time.Location) *AbandonList {
	if zone == nil {
		zone = time.UTC
	}
	from := min((page-1)*size, len(all))
	return &AbandonList{Centre: centre, Total: len(all), Capped: capped, Page: page, Size: size,
		List: append([]Abandon{}, all[from:min(from+size, len(all))]...), words: words{l, zone}}
}

// WriteText writes the list for people.
func (a *AbandonList) WriteText(out io.Writer) error {
	var b bytes.Buffer
	w := a.words
	fmt.Fprintf(&b, "%s\n", w.sayf("%d contacts ended with an abandon; page %d, %d shown.", "%d contacts terminés par un abandon ; page %d, %d affichés.", a.Total, a.Page, len(a.List)))
	if a.Capped {
		fmt.Fprintf(&b, "%s\n", w.say("There are more: narrow the interval.", "Il y en a davantage : réduisez l'intervalle."))
	}
	for i := range a.List {
		c := &a.List[i]
		customer := c.Customer
		if customer == "" {
			customer = w.say("unknown", "inconnu")
		}
		fmt.Fprintf(&b, "\n%s  %s  %s\n    %s, %s %s\n", w.instant(c.AtMs), c.Queue, w.sayf("waited %s", "attente %s", w.duration(c.WaitMs)),
			w.say("contact ", "contact ")+c.Contact, w.say("customer", "client"), customer)
		fmt.Fprintf(&b, "    %s\n", w.since(c))
	}
	_, err := out.Write(b.Bytes())
	return err
}

// since says what the customer did after the abandon.
func (w words) since(c *Abandon) string {
	switch {
	case c.Customer == "":
		return w.say("not known to have come back: the customer is unknown", "retour inconnu : client non identifié")
	case c.ReturnedMs == 0:
		return w.say("has not come back: to call", "n'est pas revenu : à rappeler")
	case c.CameBack() && c.ReturnedWay == event.DirectionOutbound:
		return w.sayf("was reached at %s by a call of ours (contact %s)", "joint à %s par un appel sortant (contact %s)", w.clock(c.ReturnedMs, c.AtMs), c.Returned)
	case c.ReturnedWay == event.DirectionOutbound:
		return w.sayf("was called at %s, outcome %s (contact %s): to call", "appelé à %s, issue %s (contact %s) : à rappeler", w.clock(c.ReturnedMs, c.AtMs), c.ReturnedAs, c.Returned)
	case c.CameBack():
		return w.sayf("came back at %s and was answered (contact %s)", "revenu à %s et décroché (contact %s)", w.clock(c.ReturnedMs, c.AtMs), c.Returned)
	}
	return w.sayf("came back at %s, outcome %s (contact %s): to call", "revenu à %s, issue %s (contact %s) : à rappeler", w.clock(c.ReturnedMs, c.AtMs), c.ReturnedAs, c.Returned)
}

// abandonHeader are the columns of a list of abandons.
var abandonHeader = []string{"abandoned_at", "queue", "wait_ms", "contact", "customer", "programme", "channel", "reason", "returned_at", "returned_contact", "returned_outcome", "returned_direction"}

// WriteCSV writes the list for a spreadsheet.
func (a *AbandonList) WriteCSV(out io.Writer) error {
	w := csv.NewWriter(out)
	_ = w.Write(abandonHeader) // errors stay in w
	for i := range a.List {
		c := &a.List[i]
		returned := ""
		if c.ReturnedMs != 0 {
			returned = a.words.instant(c.ReturnedMs)
		}
		_ = w.Write([]string{a.words.instant(c.AtMs), cell(c.Queue), strconv.FormatInt(c.WaitMs, 10), cell(c.Contact), cell(c.Customer), cell(c.Programme),
			cell(c.Channel), cell(c.Reason), returned, cell(c.Returned), c.ReturnedAs, c.ReturnedWay})
	}
	w.Flush()
	return w.Error()
}
