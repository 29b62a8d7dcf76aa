// SPDX-License-Identifier: Apache-2.0

package live

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// elsewhere is an address of another server, in any way that a page may write it.
var elsewhere = regexp.MustCompile(`(?i)(?:[a-z]+:)?//[a-z0-9\[][^\s"'<>)]*`)

// A wall works where there is no internet: no page and no file of a page names another server, and a browser is told to load
// from this one only. The name of SVG's own language is no address.
func TestNothingFromElsewhere(t *testing.T) {
	_, s := frozen(t, nil)
	paths := []string{"/wall?lang=fr", "/wall/centre?lang=en", "/wall/mistral?lang=fr&theme=light", "/wall/indigo", "/wall/tempo"}
	for file := range s.live.page.files {
		paths = append(paths, "/wall/assets/"+file)
	}
	if len(paths) < 8 {
		t.Fatalf("only %v", paths)
	}
	for _, path := range paths {
		response, body := get(t, s, path)
		text := strings.ReplaceAll(string(body), "http://www.w3.org/2000/svg", "")
		if found := elsewhere.FindString(text); found != "" || response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s, names %q", path, response.Status, found)
		}
		policy := response.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(path, "/wall/assets/") && (!strings.HasPrefix(policy, "default-src 'none'") || elsewhere.MatchString(policy) || strings.Contains(policy, "*")) {
			t.Errorf("%s lets a browser load by %q", path, policy)
		}
	}
	for _, bad := range []string{`<link href="https://fonts.example/a.css">`, `@import url(//cdn.example/x.css)`, `fetch("http://10.0.0.1/")`} {
		if !elsewhere.MatchString(bad) {
			t.Errorf("would not see %s", bad)
		}
	}
}
