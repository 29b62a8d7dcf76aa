// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
)

// Each case is worked by hand: the lines as Asterisk (or wazo, or QueueMetrics) writes them, and what they say.
// Long on purpose: it is one table.
func TestVerbs(t *testing.T) {
	for _, c := range []struct{ name, lines, want string }{
		{"an answered call: the ring of CONNECT is in seconds", `
1000000100|c1|support|NONE|ENTERQUEUE||0612345678|1
1000000112|c1|support|anna|CONNECT|12|1000000108.2|4
1000000150|c1|support|anna|COMPLETECALLER|12|38|1`, `
1000000100.000 queue.entered contact=c1 queue=support direction=inbound
1000000108.000 advisor.offered contact=c1 queue=support advisor=anna
1000000112.000 advisor.connected contact=c1 queue=support advisor=anna
1000000150.000 advisor.released contact=c1 queue=support advisor=anna by=customer`},

		{"a ring that nobody took is in milliseconds", `
1000000100|c1|support|NONE|ENTERQUEUE||0612345678|1
1000000110|c1|support|anna|RINGNOANSWER|8000
1000000114|c1|support|ben|CONNECT|14|x|3
1000000120|c1|support|ben|COMPLETEAGENT|14|6|1`, `
1000000100.000 queue.entered contact=c1 queue=support direction=inbound
1000000102.000 advisor.offered contact=c1 queue=support advisor=anna
1000000110.000 advisor.missed contact=c1 queue=support advisor=anna reason=no_answer
1000000111.000 advisor.offered contact=c1 queue=support advisor=ben
1000000114.000 advisor.connected contact=c1 queue=support advisor=ben
1000000120.000 advisor.released contact=c1 queue=support advisor=ben by=advisor`},

		{"a ring never begins before the entry: whole seconds against milliseconds", `
1795383590|c5|support|NONE|ENTERQUEUE||0612345678|1
1795383590|c5|support|anna|RINGCANCELED|509
1795383590|c5|support|NONE|ABANDON|1|1|0`, `
1795383590.000 queue.entered contact=c5 queue=support direction=inbound
1795383590.000 advisor.offered contact=c5 queue=support advisor=anna
1795383590.000 advisor.cancelled contact=c5 queue=support advisor=anna
1795383590.000 queue.abandoned contact=c5 queue=support`},

		{"the cancelled ring logged after the abandon keeps to the entry too", `
1795383590|c5|support|NONE|ENTERQUEUE||0612345678|1
1795383590|c5|support|NONE|ABANDON|1|1|0
1795383590|c5|support|anna|RINGCANCELED|509`, `
1795383590.000 queue.entered contact=c5 queue=support direction=inbound
1795383590.000 queue.abandoned contact=c5 queue=support
1795383590.000 advisor.offered contact=c5 queue=support advisor=anna
1795383590.000 advisor.cancelled contact=c5 queue=support advisor=anna`},

		{"a second ring at one advisor does not begin before the first ended", `
1000000000|c1|q|NONE|ENTERQUEUE||0612345678|1
1000000070|c1|q|anna|RINGNOANSWER|5000
1000000070|c1|q|anna|RINGCANCELED|900`, `
1000000000.000 queue.entered contact=c1 queue=q direction=inbound
1000000065.000 advisor.offered contact=c1 queue=q advisor=anna
1000000070.000 advisor.missed contact=c1 queue=q advisor=anna reason=no_answer
1000000070.000 advisor.offered contact=c1 queue=q advisor=anna
1000000070.000 advisor.cancelled contact=c1 queue=q advisor=anna`},

		{"re-entry in the same queue: the later entry bounds the later ring", `
1000000000|c1|q|NONE|ENTERQUEUE||0612345678|1
1000000010|c1|q|NONE|EXITWITHTIMEOUT|1|1|10
1000000010|c1|q|NONE|ENTERQUEUE||0612345678|1
1000000011|c1|q|anna|RINGCANCELED|1400`, `
1000000000.000 queue.entered contact=c1 queue=q direction=inbound
1000000010.000 queue.left contact=c1 queue=q reason=timeout
1000000010.000 queue.entered contact=c1 queue=q direction=inbound
1000000010.000 advisor.offered contact=c1 queue=q advisor=anna
1000000011.000 advisor.cancelled contact=c1 queue=q advisor=anna`},

		{"the exits are not abandons", `
1000000000|c1|q|NONE|EXITWITHTIMEOUT|1|1|25
1000000001|c2|q|NONE|EXITEMPTY|1|1|25
1000000002|c3|q|NONE|EXITWITHKEY|5|1|1|25
1000000003|c4|q|NONE|WITHDRAW|1|1|25|moved to night team
1000000004|c5|q|NONE|LEAVEEMPTY`, `
1000000000.000 queue.left contact=c1 queue=q reason=timeout
1000000001.000 queue.left contact=c2 queue=q reason=empty
1000000002.000 queue.left contact=c3 queue=q reason=key
1000000003.000 queue.left contact=c4 queue=q reason=withdrawn
1000000004.000 queue.left contact=c5 queue=q reason=empty`},

		{"turned away at the door (wazo)", `
1000000000|c1|q|NONE|FULL
1000000001|c2|q|NONE|CLOSED
1000000002|c3|q|NONE|JOINEMPTY
1000000003|c4|q|NONE|DIVERT_CA_RATIO
1000000004|c5|q|NONE|DIVERT_HOLDTIME`, `
1000000000.000 queue.refused contact=c1 queue=q reason=full
1000000001.000 queue.refused contact=c2 queue=q reason=closed
1000000002.000 queue.refused contact=c3 queue=q reason=no_advisor
1000000003.000 queue.refused contact=c4 queue=q reason=deterred
1000000004.000 queue.refused contact=c5 queue=q reason=deterred`},

		{"a blind transfer ends the conversation; a phone number as target stays outside the log", `
1000000000|c1|q|anna|CONNECT|3|x|2
1000000007|c1|q|anna|BLINDTRANSFER|450|xfer|3|7|1
1000000008|c2|q|ben|BLINDTRANSFER|0612345678|out|3|6|1
1000000009|c3|q|ben|TRANSFER|*670612345678|out|3|6|1`, `
999999998.000 advisor.offered contact=c1 queue=q advisor=anna
1000000000.000 advisor.connected contact=c1 queue=q advisor=anna
1000000007.000 advisor.transferred contact=c1 queue=q advisor=anna kind=blind target=450
1000000008.000 advisor.transferred contact=c2 queue=q advisor=ben kind=external
1000000009.000 advisor.transferred contact=c3 queue=q advisor=ben kind=external`},

		{"hold, with and without the advisor's name (QueueMetrics)", `
1000000000|c1|q|anna|CONNECT|3|x|0
1000000010|c1|q|anna|CALLERONHOLD
1000000020|c1|NONE|NONE|CALLEROFFHOLD
1000000021|c9|NONE|NONE|CALLEROFFHOLD`, `
1000000000.000 advisor.offered contact=c1 queue=q advisor=anna
1000000000.000 advisor.connected contact=c1 queue=q advisor=anna
1000000010.000 advisor.held contact=c1 queue=q advisor=anna
1000000020.000 advisor.resumed contact=c1 queue=q advisor=anna
ignored no_open_leg`},

		{"wrap-up (wazo) follows the end of the call and lasts the seconds given", `
1000000000|c1|q|anna|CONNECT|3|x|0
1000000030|c1|q|anna|COMPLETECALLER|3|30|1
1000000031|NONE|q|anna|WRAPUPSTART|15
1000000031|NONE|q|anna|WRAPUPSTART|15
1000000031|NONE|q|carl|WRAPUPSTART|15`, `
1000000000.000 advisor.offered contact=c1 queue=q advisor=anna
1000000000.000 advisor.connected contact=c1 queue=q advisor=anna
1000000030.000 advisor.released contact=c1 queue=q advisor=anna by=customer
1000000030.000 advisor.released contact=c1 queue=q advisor=anna kind=wrapping by=customer
1000000046.000 advisor.wrapped contact=c1 queue=q advisor=anna
ignored no_open_leg
ignored no_open_leg`},

		{"the advisor hung up before the customer was put through, or no codec fitted: an offer, no conversation", `
1000000000|c1|q|NONE|ENTERQUEUE||0612345678|1
1000000005|c1|q|anna|AGENTDUMP|
1000000009|c1|q|ben|SYSCOMPAT|
1000000009|c1|q|NONE|ABANDON|1|1|9`, `
1000000000.000 queue.entered contact=c1 queue=q direction=inbound
1000000005.000 advisor.offered contact=c1 queue=q advisor=anna
1000000005.000 advisor.missed contact=c1 queue=q advisor=anna reason=dumped
1000000009.000 advisor.offered contact=c1 queue=q advisor=ben
1000000009.000 advisor.cancelled contact=c1 queue=q advisor=ben reason=incompatible
1000000009.000 queue.abandoned contact=c1 queue=q`},

		{"states of advisors: PAUSEALL once and PAUSE per queue", `
1000000000|NONE|NONE|anna|PAUSEALL|formation
1000000000|NONE|support|anna|PAUSE|formation
1000000050|NONE|NONE|anna|UNPAUSEALL|
1000000050|NONE|support|anna|UNPAUSE|Auto-Unpause
1000000060|NONE|NONE|Agent/3001|AGENTLOGIN|SIP/8007-00000001
1000000070|NONE|NONE|Agent/3001|AGENTLOGOFF|SIP/8007-00000001|10
1000000080|NONE|NONE|Agent/3001|AGENTCALLBACKLOGIN|8007@agents
1000000090|NONE|NONE|Agent/3001|AGENTCALLBACKLOGOFF|8007@agents|10|Autologoff`, `
1000000000.000 advisor.state advisor=anna reason=formation state=paused
1000000000.000 advisor.state queue=support advisor=anna reason=formation state=paused
1000000050.000 advisor.state advisor=anna state=available
1000000050.000 advisor.state queue=support advisor=anna reason=Auto-Unpause state=available
1000000060.000 advisor.state advisor=Agent/3001 state=available
1000000070.000 advisor.state advisor=Agent/3001 state=offline
1000000080.000 advisor.state advisor=Agent/3001 state=available
1000000090.000 advisor.state advisor=Agent/3001 reason=Autologoff state=offline`},

		{"members come and go, perhaps paused", `
1000000000|MANAGER|support|SIP/8007|ADDMEMBER|
1000000001|REALTIME|ventes|SIP/8007|ADDMEMBER|PAUSED
1000000002|1000000002.4|support|SIP/8007|REMOVEMEMBER|`, `
1000000000.000 advisor.state queue=support advisor=SIP/8007 state=available
1000000001.000 advisor.state queue=ventes advisor=SIP/8007 state=available
1000000001.000 advisor.state queue=ventes advisor=SIP/8007 state=paused
1000000002.000 advisor.state queue=support advisor=SIP/8007 state=offline`},

		{"settings, remarks and outbound calls are ignored, each for its reason", `
1000000000|NONE|NONE|NONE|CONFIGRELOAD|
1000000000|NONE|q|SIP/1|PENALTY|3
1000000000|NONE|q|SIP/1|RINGINUSE|1
1717397259|1717397243.239826|1501|NONE|DID|4957877871
1000000000|c1|q|NONE|INFO|x
1000000000|c1|q|NONE|IVR|menu
1000000000|c1|q|NONE|CALLSTATUS|4
1000000000|c1|NONE|anna|OUTCALL|ANSWERED|30|x
1000000000|c1|q|anna|CALLOUTBOUND|0612345678|2`, `
ignored settings
ignored settings
ignored settings
ignored remark
ignored remark
ignored remark
ignored remark
ignored outbound
ignored outbound`},
	} {
		t.Run(c.name, func(t *testing.T) { expectStory(t, newTestParser(t, testOptions(t)), c.lines, c.want) })
	}
}

// QUEUESTART closes what was open, in the order in which it opened; a second one finds nothing.
func TestRestartClosesWhatIsOpen(t *testing.T) {
	expectStory(t, newTestParser(t, testOptions(t)), `
1000000000|c1|q|NONE|ENTERQUEUE||0612345678|1
1000000001|c2|q|NONE|ENTERQUEUE||0612345679|2
1000000002|c3|q|NONE|ENTERQUEUE||0612345670|3
1000000005|c2|q|anna|CONNECT|4|x|1
1000000006|c3|q|NONE|ABANDON|2|3|4
1000000100|NONE|NONE|NONE|QUEUESTART|
1000000101|NONE|NONE|NONE|QUEUESTART|`, `
1000000000.000 queue.entered contact=c1 queue=q direction=inbound
1000000001.000 queue.entered contact=c2 queue=q direction=inbound
1000000002.000 queue.entered contact=c3 queue=q direction=inbound
1000000004.000 advisor.offered contact=c2 queue=q advisor=anna
1000000005.000 advisor.connected contact=c2 queue=q advisor=anna
1000000006.000 queue.abandoned contact=c3 queue=q
1000000100.000 queue.left contact=c1 queue=q reason=lost
1000000100.000 advisor.released contact=c2 queue=q advisor=anna by=system
ignored restart_without_calls`)
}

// Asterisk issue 759: advisor 7009 talks to the customer of queue 1501, consults queue 1509 and transfers. Asterisk
// logs the transfer on the id of the consultation, and the customer goes on in 1509 without an ENTERQUEUE of its own.
func TestAttendedTransferOnTheConsultsID(t *testing.T) {
	expectStory(t, newTestParser(t, testOptions(t)), `
1717397259|1717397243.239826|1501|NONE|DID|4957877871
1717397259|1717397243.239826|1501|NONE|ENTERQUEUE||9031396745|1
1717397271|1717397243.239826|1501|PJSIP/7009|CONNECT|12|1717397259.239827|11
1717397390|1717397390.239830|1509|NONE|ENTERQUEUE||7009|1
1717397391|1717397390.239830|1501|PJSIP/7009|ATTENDEDTRANSFER|APP|Queue|12|120|1
1717397397|1717397243.239826|1509|PJSIP/7051|CONNECT|7|1717397390.239831|6
1717397570|1717397243.239826|1509|PJSIP/7051|COMPLETEAGENT|7|173|1`, `
ignored remark
1717397259.000 queue.entered contact=1717397243.239826 queue=1501 direction=inbound
1717397260.000 advisor.offered contact=1717397243.239826 queue=1501 advisor=PJSIP/7009
1717397271.000 advisor.connected contact=1717397243.239826 queue=1501 advisor=PJSIP/7009
1717397390.000 queue.entered contact=1717397390.239830 queue=1509 direction=internal
1717397391.000 advisor.transferred contact=1717397243.239826 queue=1501 advisor=PJSIP/7009 kind=consult target=1509
1717397391.000 contact.merged contact=1717397390.239830 target=1717397243.239826
1717397391.000 advisor.offered contact=1717397243.239826 queue=1509 advisor=PJSIP/7051
1717397397.000 advisor.connected contact=1717397243.239826 queue=1509 advisor=PJSIP/7051
1717397570.000 advisor.released contact=1717397243.239826 queue=1509 advisor=PJSIP/7051 by=advisor`)
}

// The forms of ATTENDEDTRANSFER on the customer's own id; LINK has its numbers one column later.
func TestAttendedTransferForms(t *testing.T) {
	for _, data := range []string{
		"BRIDGE|5f2a-bridge|3|40|1",
		"APP|Queue|3|40|1",
		"LINK|SIP/1-01|SIP/2-02|3|40|1",
	} {
		expectStory(t, newTestParser(t, testOptions(t)), `
1000000000|c1|q|anna|CONNECT|3|x|0
1000000040|c1|q|anna|ATTENDEDTRANSFER|`+data, `
1000000000.000 advisor.offered contact=c1 queue=q advisor=anna
1000000000.000 advisor.connected contact=c1 queue=q advisor=anna
1000000040.000 advisor.transferred contact=c1 queue=q advisor=anna kind=consult`)
	}
	// The talk time of a LINK shares the last column with the position: there it is read, and refused when negative.
	expectStory(t, newTestParser(t, testOptions(t)), `
1000000040|c1|q|anna|ATTENDEDTRANSFER|LINK|SIP/1-01|SIP/2-02|3|-40|1
1000000040|c1|q|anna|ATTENDEDTRANSFER|BRIDGE|x|3|-40|1`, `
dead queue_log:1 bad_number
dead queue_log:2 bad_number`)
}

// A transfer of a call that the advisor took is never put on another call of theirs, even when its own leg is closed.
func TestAttendedTransferOfAKnownCallStaysThere(t *testing.T) {
	expectStory(t, newTestParser(t, testOptions(t)), `
1000000000|c1|q|anna|CONNECT|3|x|0
1000000010|c2|q|anna|CONNECT|3|x|0
1000000020|c2|q|anna|COMPLETEAGENT|3|10|1
1000000021|c2|q|anna|ATTENDEDTRANSFER|BRIDGE|x|3|11|1`, `
1000000000.000 advisor.offered contact=c1 queue=q advisor=anna
1000000000.000 advisor.connected contact=c1 queue=q advisor=anna
1000000010.000 advisor.offered contact=c2 queue=q advisor=anna
1000000010.000 advisor.connected contact=c2 queue=q advisor=anna
1000000020.000 advisor.released contact=c2 queue=q advisor=anna by=advisor
1000000021.000 advisor.transferred contact=c2 queue=q advisor=anna kind=consult`)
}

// The release that announces the wrap-up comes later in the file, yet right before the plain release in the order.
func TestWrapUpComesBeforeThePlainRelease(t *testing.T) {
	events := parseAll(t, newTestParser(t, testOptions(t)), []string{
		"1000000000|c1|q|anna|CONNECT|3|x|0",
		"1000000030|c0|q|ben|COMPLETEAGENT|3|30|1",
		"1000000030|c1|q|anna|COMPLETECALLER|3|30|1",
		"1000000030|c2|q|carl|COMPLETEAGENT|3|30|1",
		"1000000030|NONE|q|anna|WRAPUPSTART|15",
	})
	slices.SortFunc(events, func(a, b event.Event) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.ID, b.ID))
	})
	const want = `
1000000000.000 advisor.offered contact=c1 queue=q advisor=anna
1000000000.000 advisor.connected contact=c1 queue=q advisor=anna
1000000030.000 advisor.released contact=c0 queue=q advisor=ben by=advisor
1000000030.000 advisor.released contact=c1 queue=q advisor=anna kind=wrapping by=customer
1000000030.000 advisor.released contact=c1 queue=q advisor=anna by=customer
1000000030.000 advisor.released contact=c2 queue=q advisor=carl by=advisor
1000000045.000 advisor.wrapped contact=c1 queue=q advisor=anna`
	if got := strings.TrimSpace(story(events)); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}
