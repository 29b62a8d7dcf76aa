// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event"
)

// What walls can show, as a caller would say it.
var wallIndicators = []Indicator{
	{ID: "answer_rate", Scopes: []string{"centre", "queue"}, Windows: event.RuleWindows},
	{ID: "sales", Scopes: []string{"centre", "team"}, Windows: event.RuleWindows},
	{ID: "free_share", Scopes: []string{"team"}, Windows: []string{NowWindow}},
	{ID: "voices", Scopes: []string{"programme", "channel"}, Windows: event.RuleWindows},
	{ID: "repeat_rate_7d", Scopes: []string{"centre", "queue"}},
}

// A wall's tiles are published as they are written, with single spaces.
func TestWallTiles(t *testing.T) {
	o, err := Read(folder("centre.yaml", "wall: answer_rate\n", "teams.yaml", "- {team: mistral, wall: [answer_rate   30m, sales, free_share]}\n"), Options{Indicators: wallIndicators})
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range o.Objects() {
		switch object.Type {
		case event.ConfigCentre:
			c, err := event.ParseCentreConfig(object.Data)
			if diff := cmp.Diff([]string{"answer_rate"}, c.Wall); err != nil || diff != "" {
				t.Errorf("the centre's: %v, want (-), got (+):\n%s", err, diff)
			}
		case event.ConfigTeam:
			c, err := event.ParseTeamConfig(object.Data)
			if diff := cmp.Diff([]string{"answer_rate 30m", "sales", "free_share"}, c.Wall); err != nil || diff != "" {
				t.Errorf("the team's: %v, want (-), got (+):\n%s", err, diff)
			}
		}
	}
}

// What a wall cannot show is told at its place in the file, with what to write instead.
func TestWallTilesThatAreWrong(t *testing.T) {
	team := func(tiles string, want string) {
		t.Helper()
		_, err := Read(folder("teams.yaml", "- team: mistral\n  wall: "+tiles+"\n"), Options{Indicators: wallIndicators})
		if err == nil || err.Error() != want {
			t.Errorf("%s\n got %v\nwant %s", tiles, err, want)
		}
	}
	team("[sales, answr_rate]", `teams.yaml:2:17: wall: there is no indicator "answr_rate"; did you mean "answer_rate"?`)
	team("[sales 20m]", `teams.yaml:2:10: wall: found "sales 20m", the window must be 5m, 15m, 30m, 1h or today`)
	team("[sales today please]", `teams.yaml:2:10: wall: found "sales today please", write an indicator and, where it is not the day, its window, for example given_up 30m`)
	team("[repeat_rate_7d]", `teams.yaml:2:10: wall: repeat_rate_7d is not known live: it is of days, of targets, or foretold; write one that is made of what is counted`)
	team("[free_share 1h]", `teams.yaml:2:10: wall: free_share is a state of this moment; leave the window out`)
	team("[voices]", `teams.yaml:2:10: wall: voices is counted by programme or channel, and this wall shows figures by team, queue or campaign`)
	team("{a: b}", `teams.yaml:2:9: wall: must be a list, for example [a, b]`)
	team("[sales, sales]", `teams.yaml:2:9: wall: "sales" is given twice; give it once`)
	team("[sales 5m, sales 15m, sales 1h, sales]", `teams.yaml:2:9: wall: found 4, a wall has room for 3`)
	_, err := Read(folder("centre.yaml", "id: c\nwall: [free_share]\n"), Options{Indicators: wallIndicators})
	if want := `centre.yaml:2:8: wall: free_share is counted by team, and this wall shows figures by centre, queue or campaign`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := Read(folder("centre.yaml", "wall: anything\n"), Options{}); err != nil {
		t.Errorf("when nobody says which indicators there are: %v", err)
	}
}
