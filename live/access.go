// SPDX-License-Identifier: Apache-2.0

package live

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// tokenCookie holds the token of a wall that was opened once with ?token=: a browser's stream can send no header.
const tokenCookie = "vigie_read"

// minTokenBytes keeps out tokens that can be guessed.
const minTokenBytes = 16

// access decides who may read, and who may write.
type access struct {
	tokens  [][sha256.Size]byte
	writers [][sha256.Size]byte
	public  bool
}

// newAccess checks the tokens. Without any, only this machine may read, unless everybody may; and only this machine may write.
func newAccess(tokens, writers []string, public bool) (*access, error) {
	if public && len(tokens) > 0 {
		return nil, errors.New("tokens were given, and reading was opened to everybody: choose one")
	}
	a := &access{public: public}
	var err error
	if a.tokens, err = hashTokens(tokens); err != nil {
		return nil, err
	}
	if a.writers, err = hashTokens(writers); err != nil {
		return nil, fmt.Errorf("who may write: %w", err)
	}
	return a, nil
}

func hashTokens(tokens []string) (hashes [][sha256.Size]byte, err error) {
	for i, t := range tokens {
		if len(t) < minTokenBytes {
			return nil, fmt.Errorf("token %d has %d characters: give at least %d random ones, for example from `openssl rand -hex 16`", i+1, len(t), minTokenBytes)
		}
		hashes = append(hashes, sha256.Sum256([]byte(t)))
	}
	return hashes, nil
}

// guardWrite lets those in who may write: with a token of their own in the header, never by a cookie, which a browser sends
// unasked.
func (a *access) guardWrite(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		switch {
		case len(a.writers) == 0 && fromHere(r):
		case len(a.writers) == 0:
			fail(w, http.StatusForbidden, "without tokens only the machine itself may write: give --write-token-file")
			return
		case !is || !accepts(a.writers, bearer):
			w.Header().Set("WWW-Authenticate", `Bearer realm="vigie"`)
			fail(w, http.StatusUnauthorized, "send the header Authorization: Bearer TOKEN, with a token of --write-token-file")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guard lets those in who may read.
func (a *access) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		if a.openedWithToken(w, r) {
			return
		}
		if status, why := a.refuses(r); status != 0 {
			if status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Bearer realm="vigie"`)
			}
			fail(w, status, why)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// openedWithToken turns ?token= into a cookie, so that the token stays out of histories and logs.
func (a *access) openedWithToken(w http.ResponseWriter, r *http.Request) bool {
	query := r.URL.Query()
	token := query.Get("token")
	if r.Method != http.MethodGet || token == "" || !strings.HasPrefix(r.URL.Path, "/wall") || !accepts(a.tokens, token) {
		return false
	}
	http.SetCookie(w, &http.Cookie{Name: tokenCookie, Value: url.QueryEscape(token), Path: "/", HttpOnly: true,
		SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil, MaxAge: 365 * 24 * 60 * 60})
	query.Del("token")
	to := url.URL{Path: r.URL.Path, RawQuery: query.Encode()}
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
	return true
}

func (a *access) refuses(r *http.Request) (status int, why string) {
	switch {
	case a.public:
		return 0, ""
	case len(a.tokens) == 0 && fromHere(r):
		return 0, ""
	case len(a.tokens) == 0:
		return http.StatusForbidden, "without tokens only the machine itself may read: give --read-token-file, or --read-public to let everybody on this network read"
	}
	if bearer, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is && accepts(a.tokens, bearer) {
		return 0, ""
	}
	if c, err := r.Cookie(tokenCookie); err == nil {
		if token, err := url.QueryUnescape(c.Value); err == nil && accepts(a.tokens, token) {
			return 0, ""
		}
	}
	return http.StatusUnauthorized, "send the header Authorization: Bearer TOKEN; open a wall once with ?token=TOKEN"
}

// accepts compares in a time that does not depend on where a token differs.
func accepts(tokens [][sha256.Size]byte, token string) bool {
	sum := sha256.Sum256([]byte(token))
	found := 0
	for _, t := range tokens {
		found |= subtle.ConstantTimeCompare(sum[:], t[:])
	}
	return found == 1
}

// fromHere tells a request from this machine that no proxy passed on, under a name of this machine: a page from elsewhere
// that a browser here was lured to must not read through it.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	if err != nil || ip == nil || !ip.IsLoopback() || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
		return false
	}
	name := r.Host
	if h, _, err := net.SplitHostPort(r.Host); err == nil {
		name = h
	}
	named := net.ParseIP(strings.Trim(name, "[]"))
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || named != nil && named.IsLoopback()
}
