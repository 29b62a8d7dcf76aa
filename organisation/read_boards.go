// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
)

var panelFields = []field{
	{key: "show", form: formWord, words: PanelShows, required: true, example: "tile", doc: "What it is: one value, curves over time, bars, a table with a row for each scope, or words."},
	{key: "of", form: formNames, doc: "The indicators, by their ids; one for a tile, several of one unit for curves and bars."},
	{key: "by", form: formWord, words: PanelScopes, doc: "Of which scopes: those chosen at the top of the board, or the centre, which is the default."},
	{key: "during", form: formWord, words: PanelTimes, doc: "Over which time: a tile, bars or a table one of now, half_hour, hour, today (the default), 7_days, 28_days; curves quarters (the default) or days of the board's range."},
	{key: "ok", form: formAmount, doc: "A tile, or the first indicator of a table, is all right from here on; of a band as 70 % to 85 %. A target in force takes its place."},
	{key: "watch", form: formAmount, doc: "It is to be watched from here on; beyond that act. Given together with ok."},
	{key: "title", form: formTexts, doc: "Title, as {en: ..., fr: ...}; the first indicator's name when absent. A tile has that of its indicator."},
	{key: "text", form: formTexts, doc: "The words of a text, as {en: ..., fr: ...}."},
	{key: "width", form: formNumber, doc: "Columns of 24; those that do not say share what is left."},
}

var boardRowFields = []field{
	{key: "panels", form: formEntries, sub: panelFields, required: true, example: "[{show: tile, of: answer_rate, by: queue}]", doc: "The panels of the row, from left to right."},
}

var boardFields = []field{
	{key: "board", form: formText, required: true, example: "retention", doc: "Id of the board: small letters, digits and hyphens, 24 at most. It is in the board's address, so it stays."},
	{key: "name", form: formTexts, required: true, example: "{en: Retention, fr: Rétention}", doc: "What people call it, as {en: ..., fr: ...}."},
	{key: "question", form: formTexts, required: true, example: "{en: \"Do they stay?\", fr: \"Restent-ils ?\"}", doc: "The one question that it answers, with its question mark."},
	{key: "folder", form: formWord, words: boardFolders, doc: "steering, which is the default; or wall, for a screen that is looked at from afar."},
	{key: "queues", form: formNames, doc: "The queues that it can be asked about; all when absent."},
	{key: "teams", form: formNames, doc: "The teams; all when absent."},
	{key: "campaigns", form: formNames, doc: "The campaigns; all when absent."},
	{key: "next", form: formNames, doc: "Boards that it leads to: of this file, or one that every centre has, such as queue or team."},
	{key: "rows", form: formEntries, sub: boardRowFields, required: true, example: "[{panels: [{show: tile, of: answer_rate, by: queue}]}]", doc: "Its rows, from the top. The alerts and the age of the data come last by themselves."},
}

var (
	boardFolders = []string{"steering", "wall"}
	languages    = []string{"en", "fr"}
	boardIDForm  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
)

func (r *reader) readBoards(s *source) {
	entries := s.list(boardFields)
	for i, e := range entries {
		if i >= maxBoards {
			s.fail(e.node, "this is the board %d; at most %d are allowed", i+1, maxBoards)
			return
		}
		b := Board{ID: e.text("board"), Name: e.bothLanguages("name"), Question: e.bothLanguages("question"), Wall: e.word("folder", boardFolders) == "wall", at: e,
			Queues: r.namesIn(e, "queues", "queues.yaml"), Teams: r.namesIn(e, "teams", "teams.yaml"), Campaigns: r.namesIn(e, "campaigns", "campaigns.yaml")}
		b.checkID(e)
		for _, language := range languages {
			if q := b.Question[language]; q != "" && !strings.HasSuffix(q, "?") {
				e.fail("question", "a board answers one question; end it with a question mark, in %s too", language)
			}
		}
		r.declare("boards.yaml", e, "board", b.ID, b.ID, giveOnce)
		r.readBoardRows(e, &b)
		r.org.Boards = append(r.org.Boards, b)
	}
	for i := range r.org.Boards { // once all are known
		r.readNext(&r.org.Boards[i])
	}
}

func (b *Board) checkID(e *entry) {
	switch {
	case b.ID == "":
	case len(b.ID) > maxBoardID || !boardIDForm.MatchString(b.ID):
		e.fail("board", "found %s; write small letters without accents, digits and hyphens, %d at most", quoted(b.ID), maxBoardID)
	case slices.Contains(BoardIDs, b.ID):
		e.fail("board", "every centre has a board %s; give this one another id", quoted(b.ID))
	}
}

func (r *reader) readNext(b *Board) {
	known := append(slices.Clone(BoardIDs), r.names["boards.yaml"]...)
	for _, it := range b.at.texts("next") {
		switch {
		case !slices.Contains(known, it.value):
			b.at.src.fail(it.node, "next: there is no board %s%s; it can be %s", quoted(it.value), event.DidYouMean(it.value, known), oneOf(known))
		case it.value == b.ID:
			b.at.src.fail(it.node, "next: a board does not lead to itself")
		default:
			b.Next = append(b.Next, it.value)
		}
	}
}

// bothLanguages reads {en: ..., fr: ...}; of a text in one language the other is the same.
func (e *entry) bothLanguages(key string) map[string]string {
	texts := e.textByLanguage(key)
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		if !slices.Contains(languages, language) {
			e.fail(key, "there is no language %s here%s; it can be en or fr", quoted(language), event.DidYouMean(language, languages))
			return nil
		}
	}
	if texts != nil && texts["en"] == "" {
		texts["en"] = texts["fr"]
	}
	if texts != nil && texts["fr"] == "" {
		texts["fr"] = texts["en"]
	}
	return texts
}

func (r *reader) readBoardRows(e *entry, b *Board) {
	height := LastRowHeight
	rows := e.entries("rows", boardRowFields)
	if len(rows) > maxBoardRows {
		e.fail("rows", "%d rows; at most %d are allowed: split the board, and let one lead to the other", len(rows), maxBoardRows)
	}
	for _, row := range rows {
		var panels []Panel
		parts := row.entries("panels", panelFields)
		for _, part := range parts {
			p := r.readPanel(part)
			b.quarters = b.quarters || p.Show != showText && p.During != time28Days && p.During != timeDays && p.During != "7_days"
			b.weeks = b.weeks || p.During == time28Days || p.During == timeDays
			panels = append(panels, p)
		}
		if len(panels) > 0 && shareWidths(row, parts, panels) {
			b.Rows = append(b.Rows, panels)
			height += RowHeight(panels)
		}
	}
	if b.Wall && height > WallHeight {
		e.fail("rows", "the wall is %d high with its last row, a screen shows %d; tiles are 5 high, curves and tables 7: take something out, or write folder: steering", height, WallHeight)
	}
}

// shareWidths gives the columns that nobody asked for to the panels that do not say.
func shareWidths(row *entry, parts []*entry, panels []Panel) bool {
	left, silent := GridWidth, 0
	for i := range panels {
		left -= panels[i].Width
		if panels[i].Width == 0 {
			silent++
		}
	}
	switch {
	case left < silent*minPanelWidth:
		row.fail("panels", "they do not fit into %d columns, of which each needs %d; begin another row", GridWidth, minPanelWidth)
		return false
	case silent == 0 && left > 0:
		row.fail("panels", "their widths add up to %d of %d columns; leave one width out, and that panel takes the rest", GridWidth-left, GridWidth)
		return false
	}
	for i := range panels {
		p := &panels[i]
		if p.Width == 0 {
			p.Width = left / silent
			left, silent = left-p.Width, silent-1
		}
		// 14 px type is 7.3 px a letter; a column is 71 px wide and 8 px from the next, and a header has 24 px of margin.
		for _, language := range languages {
			title := p.Title[language]
			if room := (p.Width*79 - 32) * 10 / 73; utf8.RuneCountInString(title) > room {
				parts[i].fail("title", "%s has %d letters, a panel of %d columns shows %d; say it shorter, or give it width", quoted(title), utf8.RuneCountInString(title), p.Width, room)
				return false
			}
		}
	}
	return true
}

func (r *reader) readPanel(e *entry) Panel {
	p := Panel{Show: e.word("show", PanelShows), By: e.word("by", PanelScopes), During: e.word("during", PanelTimes), Title: e.bothLanguages("title"), Text: e.bothLanguages("text")}
	if n := int(e.count("width")); e.has("width") && !e.failed {
		p.Width = n
		if n < minPanelWidth || n > GridWidth {
			e.fail("width", "found %d; write %d to %d", n, minPanelWidth, GridWidth)
			p.Width = 0
		}
	}
	if p.By == "" {
		p.By = "centre"
	}
	if p.Show == showText {
		e.mustHaveOnly("text", "of", "by", "during", "ok", "watch")
		if !e.has("title") {
			e.fail("title", "missing; write for example \"title: {en: How to read it, fr: Comment la lire}\"")
		}
		return p
	}
	e.mustHaveOnly("of", "text")
	over := p.Show == showCurve
	if p.During != "" && over != (p.During == timeQuarters || p.During == timeDays) {
		e.fail("during", "%s does not go with %s; write %s", p.During, p.Show, map[bool]string{true: "quarters or days", false: "now, half_hour, hour, today, 7_days or 28_days"}[over])
	}
	if p.Show == showTable && p.By == "centre" && !e.failed {
		e.fail("show", "a table has a row for each scope; give by: queue, team or campaign")
	}
	r.readIndicatorsOf(e, &p)
	r.readBounds(e, &p)
	return p
}

// mustHaveOnly checks that a panel has the key that its kind needs, and none of those that it does not know.
func (e *entry) mustHaveOnly(needed string, not ...string) {
	if !e.has(needed) && !e.failed {
		e.fail("show", "%s is missing: a panel that shows %s needs it", needed, e.text("show"))
	}
	for _, key := range not {
		if e.has(key) {
			e.fail(key, "a panel that shows %s has no %s; leave it out", e.text("show"), key)
		}
	}
}

// firstIndicator is the first indicator of a panel, where it is known.
func (r *reader) firstIndicator(e *entry) (Indicator, bool) {
	of := e.texts("of")
	if len(of) == 0 {
		return Indicator{}, false
	}
	i := slices.IndexFunc(r.options.Indicators, func(in Indicator) bool { return in.ID == of[0].value })
	if i < 0 {
		return Indicator{}, false
	}
	return r.options.Indicators[i], true
}

func (r *reader) readIndicatorsOf(e *entry, p *Panel) {
	var first Indicator
	for i, it := range e.texts("of") {
		p.Of = append(p.Of, it.value)
		in, known := r.indicatorAt(e, it.node, it.value)
		if !known {
			continue
		}
		fail := func(format string, args ...any) {
			e.failed = true
			e.src.fail(it.node, "of: %s", fmt.Sprintf(format, args...))
		}
		switch {
		case in.OnBoards == "":
			fail("%s cannot be on a board of one's own: it needs targets, several days of stock or Erlang, and the store has no column for it; the boards that are built in show what there is", in.ID)
		case in.OnBoards == BoardsNow && p.During != "" && p.During != timeNow && p.During != timeQuarters:
			fail("%s is a state; write during: now, or quarters for curves", in.ID)
		case in.OnBoards == BoardsPast && p.During == timeNow:
			fail("%s is counted over time; write during: half_hour, hour or today", in.ID)
		case !slices.Contains(in.Scopes, p.By):
			fail("%s is not counted by %s; write by: %s", in.ID, p.By, oneOf(common(in.Scopes, PanelScopes)))
		case i > 0 && p.Show == showTile:
			fail("a tile shows one value; write a tile for each")
		case i > 0 && first.ID != "" && p.Show != showTable && in.Unit != first.Unit:
			fail("%s is in %s and %s in %s; one axis has one unit: write two panels", in.ID, in.Unit, first.ID, first.Unit)
		case i > 0 && first.ID != "" && in.OnBoards != first.OnBoards:
			fail("%s is a state and the other is counted over time; write two panels", map[bool]string{true: in.ID, false: first.ID}[in.OnBoards == BoardsNow])
		}
		if i == 0 {
			first = in
		}
	}
}

// indicatorAt looks up an indicator that is named in a list.
func (r *reader) indicatorAt(e *entry, n *yaml.Node, id string) (Indicator, bool) {
	one := &entry{src: e.src, node: n, fields: map[string]*yaml.Node{"of": n}}
	in, known := r.indicator(one, "of", id)
	e.failed = e.failed || one.failed
	return in, known
}

func common(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(b), func(s string) bool { return !slices.Contains(a, s) })
}

// readBounds reads when the value is all right and when it is to be watched.
func (r *reader) readBounds(e *entry, p *Panel) {
	if !e.has("ok") && !e.has("watch") || e.failed {
		return
	}
	in, known := r.firstIndicator(e)
	ok, watch := e.bound("ok", in.Unit), e.bound("watch", in.Unit)
	p.Judged, p.OK, p.Watch = true, ok, watch
	switch {
	case e.failed || !known:
	case p.Show != showTile && p.Show != showTable:
		e.fail("ok", "only a tile or a table is judged; leave ok and watch out")
	case !e.has("ok") || !e.has("watch"):
		e.fail(keyIf(e.has("ok"), "ok")+keyIf(!e.has("ok"), "watch"), "ok and watch go together; give both")
	case in.Better == "none":
		e.fail("ok", "nobody can say which way %s gets better; leave ok and watch out", in.ID)
	case ok.Band != (in.Better == "band") || watch.Band != ok.Band:
		e.fail("ok", "%s gets better %s; write ok and watch as %s", in.ID, map[bool]string{true: "within a band", false: in.Better}[in.Better == "band"],
			map[bool]string{true: "two bounds with \"to\" between them", false: "one bound each"}[in.Better == "band"])
	case in.Better == "higher" && watch.Value > ok.Value, in.Better == "lower" && watch.Value < ok.Value, in.Better == "band" && (watch.Value > ok.Value || watch.ValueTo < ok.ValueTo):
		e.fail("watch", "it lies on the better side of ok; exchange the two")
	}
}

func (e *entry) bound(key, unit string) Bound {
	t := Target{}
	if e.has(key) {
		e.amountOf(key, &t, unit)
	}
	return Bound{t.Value, t.ValueTo, t.Band}
}

// PanelKey is what a panel is, in words that do not change when others come and go beside it: its number on the board is made of it.
func (p *Panel) PanelKey() string {
	return strings.Join([]string{p.Show, strings.Join(p.Of, ","), p.By, p.During, strconv.Itoa(len(p.Text))}, " ")
}
