// SPDX-License-Identifier: Apache-2.0

package event

import (
	"unicode"
	"unicode/utf8"
)

// The categories of the reasons for which an advisor is not ready. Each is a measure of time, CATEGORY_ms.
const (
	CategoryBreak      = "break"
	CategoryLunch      = "lunch"
	CategoryTraining   = "training"
	CategoryMeeting    = "meeting"
	CategoryCoaching   = "coaching"
	CategoryBackoffice = "backoffice"
	CategoryTechnical  = "technical"
	CategoryMonitor    = "monitor"
	CategoryOther      = "other"
)

// StateCategories lists the categories.
var StateCategories = []string{CategoryBreak, CategoryLunch, CategoryTraining, CategoryMeeting, CategoryCoaching,
	CategoryBackoffice, CategoryTechnical, CategoryMonitor, CategoryOther}

// categoryWords is what French and English speaking centres call the categories, lower case, without accents, hyphens
// and blanks.
var categoryWords = []struct {
	category string
	words    []string
}{
	{CategoryBreak, []string{"pause", "pauses", "break", "rest", "repos", "cafe", "coffee", "tea", "wc", "toilet", "toilettes",
		"bathroom", "cigarette", "smoke", "perso", "personal"}},
	{CategoryLunch, []string{"lunch", "dejeuner", "dej", "repas", "meal", "midi", "cantine", "dinner", "diner"}},
	{CategoryTraining, []string{"training", "formation", "formations", "elearning", "learning", "course", "cours", "tutorat"}},
	{CategoryMeeting, []string{"meeting", "reunion", "reunions", "brief", "briefing", "huddle", "standup"}},
	{CategoryCoaching, []string{"coaching", "coach", "debrief", "debriefing", "feedback", "entretien"}},
	{CategoryBackoffice, []string{"backoffice", "bo", "admin", "administratif", "administrative", "dossier", "dossiers", "paperwork",
		"courrier", "mail", "mails", "email", "emails", "traitement"}},
	{CategoryTechnical, []string{"technique", "technical", "tech", "panne", "incident", "informatique", "outage", "bug", "systeme",
		"system", "network", "reseau"}},
	{CategoryMonitor, []string{"monitor", "monitoring", "supervision", "ecoute", "ecoutes", "listening"}},
}

var categoryByWord = func() map[string]string {
	m := map[string]string{}
	for _, c := range categoryWords {
		for _, w := range c.words {
			m[w] = c.category
		}
	}
	return m
}()

// DefaultStateCategory returns the category of a reason that nobody configured, from the French and English words in
// it: the first word that names a category decides, except that "pause" or "break" gives way to any other ("pause
// déjeuner" is lunch). Case, accents, hyphens and blanks do not matter. A reason without such a word is "other".
func DefaultStateCategory(reason string) string {
	var folded [MaxStringBytes]byte
	category := CategoryOther
	previous, start, end := 0, 0, 0 // the word before begins at previous, the word being read is folded[start:end]
	for i := 0; i <= len(reason); {
		r, size := ' ', 1 // one blank after the end closes the last word
		if i < len(reason) {
			r, size = utf8.DecodeRuneInString(reason[i:])
		}
		i += size
		if !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mn) {
			if end > start {
				c := categoryOfWord(folded[previous:end], folded[start:end])
				if c != "" && c != CategoryBreak {
					return c
				}
				if c == CategoryBreak {
					category = c
				}
				previous, start = start, end
			}
			continue
		}
		if f := foldLetter(r); end+len(f) <= len(folded) {
			end += copy(folded[end:], f)
		}
	}
	return category
}

// categoryOfWord looks up a word together with the word before it ("back office"), then alone. It returns "" when
// neither names a category.
func categoryOfWord(pair, word []byte) string {
	if c, ok := categoryByWord[string(pair)]; ok {
		return c
	}
	return categoryByWord[string(word)]
}

// foldLetter returns a letter in lower case and without its accent; "" for an accent that stands apart (U+0301 and the
// like) and for a letter that no word of ours has.
func foldLetter(r rune) string {
	const ascii = "0123456789abcdefghijklmnopqrstuvwxyz"
	switch r = unicode.ToLower(r); r {
	case 'à', 'â', 'ä':
		return "a"
	case 'ç':
		return "c"
	case 'é', 'è', 'ê', 'ë':
		return "e"
	case 'î', 'ï':
		return "i"
	case 'ô', 'ö':
		return "o"
	case 'ù', 'û', 'ü':
		return "u"
	case 'œ':
		return "oe"
	}
	switch {
	case r >= '0' && r <= '9':
		return ascii[r-'0' : r-'0'+1]
	case r >= 'a' && r <= 'z':
		return ascii[r-'a'+10 : r-'a'+11]
	}
	return ""
}
