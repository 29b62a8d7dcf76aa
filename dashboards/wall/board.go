// SPDX-License-Identifier: Apache-2.0

package wall

// Board is what a wall shows at one record of the log, in one language. It is complete: whoever draws it computes nothing.
type Board struct {
	ID       string `json:"id"`
	Kind     Kind   `json:"kind"`
	Lang     Lang   `json:"lang"`
	Title    string `json:"title"`
	Subtitle string `json:"subtitle"` // the queues that it shows, by name
	Centre   string `json:"centre"`

	AsOfMs    int64 `json:"as_of_ms"` // the log's clock
	Partition int32 `json:"partition"`
	Offset    int64 `json:"offset"`
	// OffsetMinutes is the centre's offset from UTC now, for the page's clock.
	OffsetMinutes int    `json:"utc_offset_minutes"`
	AsOf          string `json:"as_of"` // "données à 14:32:05"
	Date          string `json:"date"`  // "mardi 17 novembre"

	Stale bool `json:"stale"` // the data are older than they may be

	Rows  []Row  `json:"rows"`
	Curve *Curve `json:"curve,omitempty"`
	Strip []Flag `json:"strip"` // at most three
	Hint  string `json:"hint"`  // what the strip says when there is nothing
}

// Row is a row of tiles; Size is giant, large or normal.
type Row struct {
	Size  string `json:"size"`
	Tiles []Tile `json:"tiles"`
}

// State is how a tile stands.
type State string

// The states. Only the first three judge a value.
const (
	StateOK     State = "ok"
	StateWatch  State = "watch"
	StateAct    State = "act"
	StateLow    State = "low"     // below a band whose other end is the one that hurts
	StateInfo   State = "info"    // a value that nobody judges
	StateTooFew State = "too_few" // fewer cases than the least that says something
	StateClosed State = "closed"
	StateNoData State = "no_data"
	StateStale  State = "stale"
)

// Tile is one figure. Texts are in the board's language.
type Tile struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Window string `json:"window"` // "30 min"; empty: now
	Cases  string `json:"cases"`  // "n 118"
	State  State  `json:"state"`
	Word   string `json:"word"` // the state, for people

	Value string `json:"value"` // "82,4"
	Unit  string `json:"unit"`  // "%"
	Text  string `json:"text"`  // both, as one reads them

	// What the value was made from; null where it does not exist.
	Indicator   string   `json:"indicator"` // or the gauge
	Scopes      []string `json:"scopes"`    // "queue:assistance"
	Raw         *float64 `json:"raw"`       // in the indicator's unit
	Numerator   *int64   `json:"numerator"`
	Denominator *int64   `json:"denominator"`
	N           *int64   `json:"n"`

	Target string   `json:"target"` // "objectif 80 %"
	Gap    string   `json:"gap"`    // "+2,4 pts", positive is good
	Trend  Trend    `json:"trend"`
	Notes  []string `json:"notes"`
	Bar    []Part   `json:"bar,omitempty"`
	// Progress is how far something is on its way; null where nothing is.
	Progress *Progress `json:"progress,omitempty"`
}

// Progress is a way from 0 to 1. Expected is how far it should be by now.
type Progress struct {
	Share    float64 `json:"share"`
	Expected float64 `json:"expected"`
	Text     string  `json:"text"`
}

// Trend compares a value with a longer window. Arrow is up, down, flat, or empty when nothing can be said.
type Trend struct {
	Arrow string `json:"arrow"`
	Word  string `json:"word"`
}

// Part is a part of a bar.
type Part struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Count int64  `json:"count"`
}

// Flag is something that happened: an alert, an incident, or an action. UntilMs is 0 while it goes on.
type Flag struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`     // see FlagAlert and the other kinds
	Severity string `json:"severity"` // of an alert: info, warning, critical
	Place    string `json:"place"`    // where, by name: "Assistance Brévance"; of an incident or action with its kind before
	Text     string `json:"text"`     // what, beside the place
	FromMs   int64  `json:"from_ms"`
	UntilMs  int64  `json:"until_ms"`
	When     string `json:"when"` // "depuis 10:02"
	// SeenMs is when somebody acknowledged an alert, 0 when nobody did; Seen says it: "vue à 10:13".
	SeenMs int64  `json:"seen_ms"`
	Seen   string `json:"seen"`
}

// The kinds of flags. Those of the strip are the first three, those of the curve all but the first.
const (
	FlagAlert    = "alert"
	FlagIncident = "incident"
	FlagAction   = NoticeAction
	FlagBatch    = "batch" // many messages that came in at once
)

// Curve is the day by quarters of an hour.
type Curve struct {
	Title      string       `json:"title"`
	Bars       string       `json:"bars"`     // what the bars count
	Line       string       `json:"line"`     // what the line is
	Expected   string       `json:"expected"` // what the outline is; empty when none is known
	TargetText string       `json:"target_text"`
	Target     *float64     `json:"target"` // 0 to 100, of the line
	Top        int64        `json:"top"`    // of the scale of the bars
	Ticks      []Tick       `json:"ticks"`
	Quarters   []CurvePoint `json:"quarters"`
	Flags      []CurveFlag  `json:"flags"`
	Inner      string       `json:"inner"` // what the inner bars count; empty when there are none
	Bands      []CurveBand  `json:"bands"`
	BandText   string       `json:"band_text"` // what the bands are
	PerBar     string       `json:"per_bar"`   // head of the table's first column
	Note       string       `json:"note"`
	Table      string       `json:"table"` // caption of the same as a table, for those who do not see it
}

// Tick is an hour on the axis of the curve: At is a place among the quarters.
type Tick struct {
	At   float64 `json:"at"`
	Text string  `json:"text"`
}

// CurvePoint is one quarter of an hour. Bar and Line are null where nothing is known, and Line where nothing was due.
type CurvePoint struct {
	StartMs  int64    `json:"start_ms"`
	Time     string   `json:"time"` // "10:15"
	Bar      *int64   `json:"bar"`
	Inner    *int64   `json:"inner"` // a part of Bar
	Line     *float64 `json:"line"`  // 0 to 100
	LineText string   `json:"line_text"`
	Expected *float64 `json:"expected"`
	Open     bool     `json:"open"` // still going on
	Part     bool     `json:"part"` // its beginning is not known
}

// CurveFlag marks a stretch of the curve.
type CurveFlag struct {
	From float64 `json:"from"` // places among the quarters
	To   float64 `json:"to"`
	Kind string  `json:"kind"`
	Text string  `json:"text"`
}

// CurveBand is a stretch of the curve that is shaded.
type CurveBand struct {
	From float64 `json:"from"` // places among the quarters
	To   float64 `json:"to"`
}
