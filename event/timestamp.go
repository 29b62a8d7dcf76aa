// SPDX-License-Identifier: Apache-2.0

package event

const (
	msPerSecond = int64(1000)
	msPerMinute = 60 * msPerSecond
	msPerHour   = 60 * msPerMinute
	msPerDay    = 24 * msPerHour

	maxFractionDigits = 9
)

// ParseTime parses an RFC 3339 timestamp with any offset and no, or one to nine, fraction digits. What is finer than a
// millisecond is cut towards the past. It does not allocate. Leap seconds, lower-case letters and a comma before the
// fraction are refused.
func ParseTime(s string) (Millis, bool) {
	if len(s) < len("2006-01-02T15:04:05Z") {
		return 0, false
	}
	if s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	year := 100*twoDigits(s[0], s[1]) + twoDigits(s[2], s[3])
	month, day := twoDigits(s[5], s[6]), twoDigits(s[8], s[9])
	hour, minute, second := twoDigits(s[11], s[12]), twoDigits(s[14], s[15]), twoDigits(s[17], s[18])
	if year < 0 || twoDigits(s[2], s[3]) < 0 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, false
	}
	fractionMs, rest, ok := parseFraction(s[19:])
	if !ok {
		return 0, false
	}
	offsetMs, ok := parseOffset(rest)
	if !ok {
		return 0, false
	}
	ms := daysFromCivil(year, month, day)*msPerDay + hour*msPerHour + minute*msPerMinute + second*msPerSecond
	return ms + fractionMs - offsetMs, true
}

// twoDigits returns the value of two decimal digits, or a number far below zero.
func twoDigits(tens, ones byte) int64 {
	t, o := tens-'0', ones-'0'
	if t > 9 || o > 9 {
		return -1 << 20
	}
	return int64(t)*10 + int64(o)
}

// parseFraction reads ".123456789" off the front of s and returns its whole milliseconds.
func parseFraction(s string) (ms int64, rest string, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	i := 1
	for weight := int64(100); i < len(s) && s[i]-'0' <= 9; i++ {
		ms += int64(s[i]-'0') * weight
		weight /= 10
	}
	digits := i - 1
	return ms, s[i:], digits >= 1 && digits <= maxFractionDigits
}

// parseOffset reads "Z" or "+02:00", which must be all of s.
func parseOffset(s string) (ms int64, ok bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) != len("+02:00") || s[3] != ':' || (s[0] != '+' && s[0] != '-') {
		return 0, false
	}
	hours, minutes := twoDigits(s[1], s[2]), twoDigits(s[4], s[5])
	if hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	ms = hours*msPerHour + minutes*msPerMinute
	if s[0] == '-' {
		ms = -ms
	}
	return ms, true
}

func daysIn(year, month int64) int64 {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// The two functions below count years from 1 March, so that the leap day is the last day of a year, and days from
// 1 March of the year 0: 400 years have 146097 days and 1970-01-01 is day 719468.
const (
	daysPer400Years = 146097
	day1970         = 719468
)

// daysFromCivil returns the days from 1970-01-01 to a date of the Gregorian calendar, year >= 0.
func daysFromCivil(year, month, day int64) int64 {
	marchYear, marchMonth := year, month-3
	if month < 3 {
		marchYear, marchMonth = year-1, month+9
	}
	marchYear += 400 // keeps the divisions below among positive numbers in the year 0
	dayOfYear := (153*marchMonth+2)/5 + day - 1
	return marchYear*365 + marchYear/4 - marchYear/100 + marchYear/400 + dayOfYear - daysPer400Years - day1970
}

// civilFromDays is the inverse of daysFromCivil for days >= 0.
func civilFromDays(days int64) (year, month, day int64) {
	days += day1970
	era := days / daysPer400Years
	dayOfEra := days - era*daysPer400Years
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	marchMonth := (5*dayOfYear + 2) / 153
	day = dayOfYear - (153*marchMonth+2)/5 + 1
	year, month = era*400+yearOfEra, marchMonth+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// AppendTime appends t as "2006-01-02T15:04:05.000Z". t must lie within [MinTime, MaxTime].
func AppendTime(dst []byte, t Millis) []byte {
	days, ms := t/msPerDay, t%msPerDay
	year, month, day := civilFromDays(days)
	dst = appendTwoDigits(dst, year/100)
	dst = appendTwoDigits(dst, year%100)
	dst = append(dst, '-')
	dst = appendTwoDigits(dst, month)
	dst = append(dst, '-')
	dst = appendTwoDigits(dst, day)
	dst = append(dst, 'T')
	dst = appendTwoDigits(dst, ms/msPerHour)
	dst = append(dst, ':')
	dst = appendTwoDigits(dst, ms/msPerMinute%60)
	dst = append(dst, ':')
	dst = appendTwoDigits(dst, ms/msPerSecond%60)
	dst = append(dst, '.', byte('0'+ms/100%10))
	dst = appendTwoDigits(dst, ms%100)
	return append(dst, 'Z')
}

func appendTwoDigits(dst []byte, n int64) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}
