// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"fmt"
	"regexp"
	"strings"
)

// MemberRule maps a member as the log shows it to the advisor's name.
type MemberRule struct {
	pattern     *regexp.Regexp
	replacement string
}

// ParseMemberRule reads a rule REGEXP=REPLACEMENT, for example `Local/(\d+)@agents/n=advisor-$1`. The expression must
// match the whole member; the last "=" separates.
func ParseMemberRule(rule string) (MemberRule, error) {
	i := strings.LastIndexByte(rule, '=')
	if i <= 0 || i == len(rule)-1 {
		return MemberRule{}, fmt.Errorf("member rule %q: write REGEXP=REPLACEMENT, for example Local/(\\d+)@agents/n=advisor-$1", rule)
	}
	re, err := regexp.Compile(`^(?:` + rule[:i] + `)$`)
	if err != nil {
		return MemberRule{}, fmt.Errorf("member rule %q: the part before = is no regular expression: %w", rule, err)
	}
	if why := badText(rule[i+1:]); why != "" {
		return MemberRule{}, fmt.Errorf("member rule %q: the replacement has %s", rule, why)
	}
	return MemberRule{pattern: re, replacement: rule[i+1:]}, nil
}

// ParseMemberRules reads several rules; the first one that matches a member decides.
func ParseMemberRules(rules []string) ([]MemberRule, error) {
	all := make([]MemberRule, 0, len(rules))
	for _, r := range rules {
		m, err := ParseMemberRule(r)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

func mapMember(rules []MemberRule, member string) string {
	if member == "" {
		return ""
	}
	for i := range rules {
		if m := rules[i].pattern.FindStringSubmatchIndex(member); m != nil {
			return strings.TrimSpace(string(rules[i].pattern.ExpandString(nil, rules[i].replacement, member, m)))
		}
	}
	return member
}

// isInterface tells an interface (SIP/8007, Local/1010@agents/n) from a member name.
func isInterface(member string) bool { return strings.Contains(member, "/") }
