// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Key is one secret under which customers' identifiers are hashed.
type Key struct {
	ID     string // short and public, for example "k1"; it stands in front of each hash
	Secret []byte
}

const (
	minSecretBytes = 16 // below this an attacker tries all secrets
	hashBytes      = 16 // of the HMAC's 32: collisions among 10^9 customers stay below 10^-20
	minPhoneDigits = 6  // shorter ones are extensions of the house, not customers
	maxPhoneDigits = 20 // E.164 allows 15; a prefix of the trunk may stand before
)

var (
	keyID = regexp.MustCompile(`^[a-z][a-z0-9]{0,7}$`)
	// hashForm is what Hash writes: the key's id and hashBytes bytes in base64url.
	hashForm = regexp.MustCompile(`^[a-z][a-z0-9]{0,7}:[A-Za-z0-9_-]{22}$`)
)

// Privacy replaces customers' identifiers by keyed hashes (HMAC-SHA256), so that the log holds none in clear and yet
// recognises a customer who comes back. The nil Privacy knows no customers: every hash is empty.
type Privacy struct {
	current  Key
	previous *Key
	country  string
}

// PrivacyOptions configures NewPrivacy.
type PrivacyOptions struct {
	Current  Key
	Previous *Key   // during a rotation: events then carry the hash under this key as well
	Country  string // digits, for example "33": 0612345678 and +33612345678 then are one customer. Empty: they are two
}

// NewPrivacy checks the options; the errors say what to write instead.
func NewPrivacy(o PrivacyOptions) (*Privacy, error) {
	keys := []Key{o.Current}
	if o.Previous != nil {
		keys = append(keys, *o.Previous)
	}
	for _, k := range keys {
		if !keyID.MatchString(k.ID) {
			return nil, fmt.Errorf("privacy key id %q: give a short name such as k1 (a letter, then up to 7 letters or digits, lower case)", k.ID)
		}
		if len(k.Secret) < minSecretBytes {
			return nil, fmt.Errorf("privacy key %s has %d bytes: give at least %d random ones, for example from `openssl rand -base64 32`",
				k.ID, len(k.Secret), minSecretBytes)
		}
	}
	if o.Previous != nil && o.Previous.ID == o.Current.ID {
		return nil, fmt.Errorf("privacy keys: current and previous are both called %s; a new key needs a new id", o.Current.ID)
	}
	if len(o.Country) > 3 || digits(o.Country) != o.Country || strings.HasPrefix(o.Country, "0") {
		return nil, fmt.Errorf("privacy country %q: give the calling code's digits, for example 33", o.Country)
	}
	p := &Privacy{current: cloneKey(o.Current), country: o.Country}
	if o.Previous != nil {
		previous := cloneKey(*o.Previous)
		p.previous = &previous
	}
	return p, nil
}

func cloneKey(k Key) Key { return Key{ID: k.ID, Secret: slices.Clone(k.Secret)} }

// Phone returns the hashes of a caller's number for the attributes customer and customerold. Both are empty when the
// caller is anonymous or an extension of the house; the second is empty unless a key rotation is under way.
func (p *Privacy) Phone(caller string) (customer, customerOld string) {
	if p == nil {
		return "", ""
	}
	number, ok := NormalisePhone(caller, p.country)
	if !ok {
		return "", ""
	}
	return p.hash(number)
}

// Identifier returns the hashes of an identifier of any kind: a phone number, a mail address, a customer number.
func (p *Privacy) Identifier(id string) (customer, customerOld string) {
	id = strings.TrimSpace(id)
	if p == nil || id == "" || anonymous(id) {
		return "", ""
	}
	if number, ok := NormalisePhone(id, p.country); ok {
		return p.hash(number)
	}
	return p.hash(strings.ToLower(id))
}

func (p *Privacy) hash(normalised string) (customer, customerOld string) {
	customer = hashUnder(p.current, normalised)
	if p.previous != nil {
		customerOld = hashUnder(*p.previous, normalised)
	}
	return customer, customerOld
}

func hashUnder(k Key, normalised string) string {
	mac := hmac.New(sha256.New, k.Secret)
	mac.Write([]byte(normalised))
	return k.ID + ":" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:hashBytes])
}

// IsHash reports whether s has the form of a hash, so may enter the log as it is.
func IsHash(s string) bool { return hashForm.MatchString(s) }

// ErrClear is the answer to an identifier in clear where only hashes are accepted.
var ErrClear = errors.New("a customer's identifier in clear: send a keyed hash such as k1:... or configure a privacy key here")

// NormalisePhone returns the digits of a caller's number in one form whatever the notation: "+33 6 12", "0033612",
// `"Name" <+33612...>` and "sip:+33612...@host" agree, and a national number gets the country's code when country is
// given. It returns false for what is not the number of somebody outside: anonymous, empty, with letters, too short.
func NormalisePhone(caller, country string) (string, bool) {
	s := strings.TrimSpace(caller)
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		s, _, _ = strings.Cut(s[open+1:], ">")
	}
	for _, scheme := range []string{"sip:", "sips:", "tel:"} {
		if rest, ok := strings.CutPrefix(strings.ToLower(s), scheme); ok {
			s, _, _ = strings.Cut(rest, "@")
		}
	}
	if anonymous(s) || strings.ContainsFunc(s, notInPhone) {
		return "", false
	}
	international := strings.HasPrefix(s, "+")
	if international { // +33 (0)6 12: the trunk prefix is for those who dial at home
		s = strings.Replace(s, "(0)", "", 1)
	}
	number := digits(s)
	switch {
	case international:
	case strings.HasPrefix(number, "00"):
		number = number[2:]
	case country != "" && strings.HasPrefix(number, "0"):
		number = country + number[1:]
	}
	if len(number) < minPhoneDigits || len(number) > maxPhoneDigits || number == keypadAnonymous {
		return "", false
	}
	return number, true
}

// keypadAnonymous is ANONYMOUS typed on a keypad: some operators send it as the number of a hidden caller.
const keypadAnonymous = "266696687"

func anonymous(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "anonymous", "unknown", "unavailable", "restricted", "private", "withheld", "asterisk", "none", "null",
		"anonyme", "inconnu", "masqué", "masque":
		return true
	}
	return false
}

func notInPhone(r rune) bool { return !strings.ContainsRune("0123456789+-./() ", r) }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
