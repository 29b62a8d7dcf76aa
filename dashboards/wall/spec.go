// SPDX-License-Identifier: Apache-2.0

package wall

import "github.com/vigie-kpi/vigie/indicator"

// Text is a text in both languages.
type Text = indicator.Text

// Lang is a language of the product.
type Lang string

// The languages.
const (
	French  Lang = "fr"
	English Lang = "en"
)

func (l Lang) of(t Text) string { return t.In(l.language()) }

// language is the one in which numbers are written; English for what is not known.
func (l Lang) language() indicator.Language {
	if l == French {
		return indicator.French
	}
	return indicator.English
}

// Kind is a kind of board.
type Kind string

// The kinds.
const (
	KindCentre     Kind = "centre"
	KindInbound    Kind = "inbound"
	KindBackOffice Kind = "backoffice"
	KindOutbound   Kind = "outbound"
)

// Window is the stretch of time of a tile, by its name in the API.
type Window string

// The windows. Week and longer ones come from the store, the others from the live machine.
const (
	Now       Window = "now"
	Last5m    Window = "5m"
	Last15m   Window = "15m"
	Last30m   Window = "30m"
	LastHour  Window = "1h"
	Today     Window = "today"
	LastWeek  Window = "7d"
	Fortnight Window = "14d"
	FourWeeks Window = "28d"
	ListLife  Window = "400d" // longer than any list is worked
)

// Days is how many business days before today a window from the store reaches back; 0 for the live ones.
func (w Window) Days() int32 {
	switch w {
	case LastWeek:
		return 7
	case Fortnight:
		return 14
	case FourWeeks:
		return 28
	case ListLife:
		return 400
	}
	return 0
}

// ScopeRule says whose value a tile shows.
type ScopeRule uint8

// The rules. A team has no service level of its own where several share a queue: its service tiles are those of the queues
// that it serves by the dated skill map, added up.
const (
	ServedQueues   ScopeRule = iota // the queues in which customers wait: voice, video, chat
	ServedChat                      // of these, chat
	ServedDeferred                  // the queues of work that waits for hours or days
	OwnTeam                         // the team; on the overview, the centre
	AllCampaigns
)

// Format is how a value is written.
type Format uint8

// The formats.
const (
	FormatCount Format = iota
	FormatPercent
	FormatDuration
	FormatPerHour
	FormatMoney
	FormatHours  // a duration in whole hours
	FormatPoints // a difference of shares, from -100 to 100
	FormatMean   // things for each of other things
)

// Judge is how a value becomes a word.
type Judge uint8

// The judges.
const (
	JudgeNone      Judge = iota
	JudgeHigher          // at least OK; at least Watch
	JudgeLower           // at most OK; at most Watch
	JudgeBand            // between Low and OK; above that up to Watch
	JudgeReference       // within OK of the reference, within Watch, in shares of it; never better for being low
	JudgeWaiting         // at most 2 or OK, up to Watch, in shares of those on the queue
	JudgeLongest         // at most OK times T, up to Watch times T, each queue against its own
	JudgeShare           // without those of Except: 0; up to Watch, in shares of the indicator Of
	JudgeAgainst         // at least OK, Watch of the indicator Of, in shares of it
	JudgePromise         // none; some, of the gauge Some where there is one; some of the gauge Late
	JudgeHelp            // none; some; for longer than Watch
)

// Extra is what a tile tells beyond its figure, and may be judged by.
type Extra uint8

// The extras.
const (
	ExtraNone      Extra = iota
	ExtraStaff           // the pool, and who is required now and in half an hour
	ExtraStock           // days of stock, what changed today, by channel
	ExtraDueToday        // when it will be done
	ExtraOldest          // the share of the limit that has passed, in opening time
	ExtraReply           // nine in ten first replies of each queue against its limit
	ExtraPace            // the day's target against the open time that has passed
	ExtraList            // what is left of lists, and when it ends
	ExtraOwnPast         // each campaign, and each number presented, against its own last fortnight
	ExtraChallenge       // a team's target that has a quality guard; the tile is left out where there is none
)

// Limits are the borders between the words, in basis points for shares, milliseconds for durations, hundredths for what
// is counted per hour, and whole numbers for counts and multiples.
type Limits struct {
	Low   int64 `json:"low,omitempty"`
	OK    int64 `json:"ok"`
	Watch int64 `json:"watch"`
}

// TileSpec is a tile of a board.
type TileSpec struct {
	ID    string
	Title Text
	// Indicator is its id in the catalogue; or Gauge is the name of a gauge. One that this version does not compute is
	// shown as no data.
	Indicator, Gauge string
	Scope            ScopeRule
	Window           Window
	Format           Format
	Judge            Judge
	Limits           Limits
	Of, Except       string // see JudgeShare, JudgeAgainst
	Some, Late       string // see JudgePromise: gauges
	AddLate          bool   // the figure is the sum of both gauges
	// MinN is the least number of cases that says something; 0: the catalogue's.
	MinN    int64
	Details []Detail
	Aside   *Detail    // a lesser figure beside the word, where a distance from a target would stand
	Bar     []PartSpec // shows people by what they do, beside their number
	Extra   Extra
	About   Text // ends the notes: what is counted, where the title has no room for it
	Hours   bool // says until when it is open
	Brief   bool // leaves the target out of the notes: they have better to tell
	// OnlyWith leaves the tile out for a team without such queues; ServedQueues: it never is.
	OnlyWith ScopeRule
}

// Detail is a lesser figure in the notes of a tile.
type Detail struct {
	Label            Text // %s is the figure
	Indicator, Gauge string
	Window           Window // the tile's when empty
	Format           Format
	HideZero         bool // and what is below
}

// PartSpec is a part of the bar of advisors by what they do: a sum of activities.
type PartSpec struct {
	ID         string
	Label      Text
	Activities []string
}

// RowSpec is a row of tiles.
type RowSpec struct {
	Size  string
	Tiles []TileSpec
}

// CurveSpec says what the day curve counts. Its measures and its indicator are read per queue or campaign.
type CurveSpec struct {
	Title, Bars, Line Text
	Scope             ScopeRule
	Count             string // the indicator of the bars, a plain count
	Rate              string // the indicator of the line, a share
	Target            int64  // of the line, in basis points, when the configuration has none
	// Hourly has a bar for each hour: what Rate divides by, and in it Inner, what Rate counts.
	Hourly bool
	Inner  Text
	Legal  Text // shades the opening hours, with this word
	// Burn has no rate: the bars are what is due today, beside what can still be done by the usual pace.
	Burn *BurnSpec
}

// BurnSpec says what a burn-down of the work due today is made of.
type BurnSpec struct {
	Done     string // the indicator of what was done, a plain count
	Arrived  string // that of what came in, of which batches are marked
	Capacity Text
}

// Spec is a board as data.
type Spec struct {
	Kind  Kind
	Rows  []RowSpec
	Curve CurveSpec
	// PerQueue adds a row with a tile for each queue, after the first row.
	PerQueue bool
}
