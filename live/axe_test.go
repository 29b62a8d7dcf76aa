// SPDX-License-Identifier: Apache-2.0

package live

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeVersion is the version of axe-core that scripts/fetch-browser.sh fetches.
const axeVersion = "4.14.1"

// axeScript reads axe-core from the cache of this user.
func axeScript(t testing.TB) string {
	t.Helper()
	script, err := os.ReadFile("../scripts/fetch-browser.sh")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(script), "\nversion="+axeVersion+"\n") {
		t.Errorf("scripts/fetch-browser.sh fetches another axe-core than %s", axeVersion)
	}
	cache := os.Getenv("VIGIE_CACHE")
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		cache = filepath.Join(user, "vigie")
	}
	source, err := os.ReadFile(filepath.Join(cache, "axe-core", axeVersion, "axe.min.js"))
	if err != nil {
		t.Fatalf("%v: run scripts/fetch-browser.sh", err)
	}
	return string(source)
}

// violation is what axe-core finds.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML string }
}

func (v violation) String() string {
	text := fmt.Sprintf("%s (%s): %s", v.ID, v.Impact, v.Help)
	for i, n := range v.Nodes {
		if i == 3 {
			break
		}
		text += "\n    " + n.HTML
	}
	return text
}

// Whoever cannot see well, sees no colours, or uses a keyboard can use the boards: axe-core finds nothing serious, in either
// theme, on a wall and on a phone.
func TestAccessible(t *testing.T) {
	source := axeScript(t)
	_, s := frozen(t, nil)
	ctx := startBrowser(t)
	f := func(path string, width, height int64) {
		t.Helper()
		show(t, ctx, s.URL+path, width, height)
		evaluate[int](t, ctx, source+";0")
		found, err := chromedp.Run(ctx, chromedp.Evaluate[string](
			`axe.run({resultTypes: ["violations"]}).then((r) => JSON.stringify({violations: r.violations, passed: r.passes.length}))`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		var result struct {
			Violations []violation
			Passed     int
		}
		if err := json.Unmarshal([]byte(found), &result); err != nil {
			t.Fatal(err)
		}
		if result.Passed < 10 {
			t.Errorf("%s: only %d rules applied", path, result.Passed)
		}
		for _, v := range result.Violations {
			if v.Impact == "serious" || v.Impact == "critical" || v.Impact == "moderate" {
				t.Errorf("%s at %dx%d: %s", path, width, height, v)
			}
		}
	}
	f("/wall/mistral?lang=fr&theme=dark", 1920, 1080)
	f("/wall/mistral?lang=fr&theme=light", 390, 844)
	f("/wall/centre?lang=en&theme=light", 1280, 720)
	f("/wall/indigo?lang=fr&theme=dark", 1280, 720)
	f("/wall/tempo?lang=fr&theme=light", 1280, 720)
	f("/wall?lang=en", 1280, 720)
}
