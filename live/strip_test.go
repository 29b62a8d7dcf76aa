// SPDX-License-Identifier: Apache-2.0

package live

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/chromedp"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// cutTexts lists the texts of the strip that are cut off or lie beside it.
const cutTexts = `[...document.querySelectorAll("#strip .where, #strip .what, #strip strong, #strip .when, #strip .seen")].filter((e) => {
	const a = e.getBoundingClientRect(), b = document.querySelector(".strip").getBoundingClientRect();
	return e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline" || e.classList.contains("what") && e.scrollHeight > e.clientHeight + 1
		|| a.width === 0 || a.left < b.left - 1 || a.right > b.right + 1 || a.top < b.top - 2 || a.bottom > b.bottom + 2;
}).map((e) => e.textContent)`

// wallAlerts are the alerts that the demo centre's rules for walls make, each with a value of the greatest usual length and seen by
// somebody, the longest texts first; then sentences as long as those of rules without words for walls.
func wallAlerts(t *testing.T) []wall.Alert {
	t.Helper()
	org, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var list []wall.Alert
	for i := range org.Rules {
		config := org.Rules[i].RuleConfig
		if config.Audience != event.AudienceWall {
			continue
		}
		rule, err := alerts.Compile(catalogue(t), config)
		if err != nil {
			t.Fatal(err)
		}
		a := alerts.Alert{Rule: rule, Centre: "cap-rivage", Scope: "reclamations", Now: alerts.Shown{Valid: true, Hundredths: 10_420}}
		one := wall.Alert{Rule: config.Rule, Scope: wall.Scope{Kind: indicator.ScopeQueue, ID: a.Scope}, Severity: config.Severity, Audience: config.Audience,
			State: wall.AlertFiring, SinceMs: paris(10, 10, 0), SeenMs: paris(10, 15, 0), Short: wall.Text{En: a.Short(indicator.English), Fr: a.Short(indicator.French)}}
		one.Name.En, _ = a.Text(indicator.English)
		one.Name.Fr, _ = a.Text(indicator.French)
		if one.Short.En == "" || one.Short.Fr == "" {
			t.Errorf("the rule %s has no words for a wall", config.Rule)
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b wall.Alert) int {
		return cmp.Compare(utf8.RuneCountInString(b.Short.Fr), utf8.RuneCountInString(a.Short.Fr))
	})
	if len(list) < 15 {
		t.Fatalf("only %d rules for walls", len(list))
	}
	for range 3 {
		long := list[0]
		long.Short = wall.Text{}
		long.Name.Fr = "reclamations : l'objectif de niveau de service n'est plus atteignable aujourd'hui ; il faudrait 104,2 % d'appels pris à temps"
		long.Name.En = "reclamations: today's service level cannot reach its target any more; 104.2% of the day would have to be answered in time"
		list = append(list, long)
	}
	return list
}

// Whatever three alerts the strip names, none of its texts is cut off, on a wall, a laptop and a phone, in both languages.
func TestStripIsNotCut(t *testing.T) {
	c, s := frozen(t, nil)
	centre, _ := c.board.Find("")
	all := wallAlerts(t)
	ctx := startBrowser(t)
	for _, lang := range []wall.Lang{wall.French, wall.English} {
		for _, size := range [][2]int64{{1920, 1080}, {1280, 720}, {390, 844}} {
			show(t, ctx, s.URL+"/wall/centre?lang="+string(lang), size[0], size[1])
			if cut := evaluate[[]string](t, ctx, cutTexts); len(cut) > 0 {
				t.Errorf("%s at %v: the story's alerts are cut off: %q", lang, size, cut)
			}
			for three := range slices.Chunk(all, 3) {
				reading := *centre.Reading
				reading.Alerts, reading.Flags = three, nil
				b, _ := wall.Evaluate(&wall.Inputs{Catalogue: centre.Catalogue, Reading: &reading, Config: centre.Config, Roster: centre.Roster, Board: "centre", Lang: lang})
				data, err := json.Marshal(b)
				if err != nil {
					t.Fatal(err)
				}
				draw := `import("/wall/assets/tiles.js").then((m) => { m.drawStrip(document.getElementById("strip"), ` + string(data) + `); return document.querySelectorAll("#strip li").length })`
				if n, err := chromedp.Run(ctx, chromedp.Evaluate[int](draw, chromedp.EvalAwaitPromise)); err != nil || n != len(three) {
					t.Fatalf("drawing the strip: %d of %d, %v", n, len(three), err)
				}
				if cut := evaluate[[]string](t, ctx, cutTexts); len(cut) > 0 {
					t.Errorf("%s at %v: cut off: %q", lang, size, cut)
				}
			}
		}
	}
}

// An alert that somebody has acknowledged says so on the wall, with a mark and the time, and in the API; the others do not.
func TestAcknowledgedAlert(t *testing.T) {
	c := capRivage(t)
	c.tenTwenty() // the story has the supervisor acknowledge the live service level at 10:13
	c.holdStill()
	s := serve(t, Options{Board: c.board})
	_, body := get(t, s, "/api/v1/alerts?scope=queue:assistance")
	seen := 0
	for _, a := range parse[AlertsAnswer](t, body).Centres[0].Alerts {
		live := a.Rule == "service_level_live"
		inMinute := a.AcknowledgedMs >= paris(10, 13, 0) && a.AcknowledgedMs < paris(10, 14, 0)
		if live && (!inMinute || a.AcknowledgedCause != "tool") || !live && (a.AcknowledgedMs != 0 || a.AcknowledgedCause != "") {
			t.Errorf("%s: acknowledged at %d for %q", a.Rule, a.AcknowledgedMs, a.AcknowledgedCause)
		}
		if live {
			seen++
		}
	}
	if seen != 1 {
		t.Fatalf("%d alerts of the live service level", seen)
	}
	ctx := startBrowser(t)
	show(t, ctx, s.URL+"/wall/mistral?lang=fr", 1280, 720)
	strip := evaluate[[]string](t, ctx, `[...document.querySelectorAll("#strip li")].map((e) => e.querySelector("strong").textContent + "|" + e.querySelector(".what").textContent + "|" +
		(e.querySelector(".seen")?.textContent ?? "") + "|" + !!e.querySelector(".seen svg"))`)
	i := slices.IndexFunc(strip, func(text string) bool { return strings.HasPrefix(text, "Assistance Brévance|NS en direct ") })
	if i < 0 || !strings.Contains(strip[i], "|vue à 10\u202fh\u202f13|true") {
		t.Errorf("the strip is %q", strip)
	}
	for j, text := range strip {
		if j != i && !strings.HasSuffix(text, "||false") {
			t.Errorf("nobody has seen %q", text)
		}
	}
}
