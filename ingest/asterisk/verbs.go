// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"strings"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// verbRule is what the parser knows about one verb before it looks at a line.
type verbRule struct {
	contact, queue, agent bool                         // columns that must not be empty
	shows                 bool                         // the agent column shows members as calls do, not as ADDMEMBER does
	durations             func(l *line) *refusal       // reads the durations into line.ms; nil: none
	handle                func(*Parser, *line) Ignored // nil when ignore is set
	ignore                Ignored
}

// rule returns the rule of the line's verb.
func (l *line) rule() (*verbRule, *refusal) {
	if v := verbs[l.verb]; v != nil {
		return v, nil
	}
	if strings.HasPrefix(l.verb, "DIVERT_") { // wazo: DIVERT_CA_RATIO, DIVERT_HOLDTIME
		return divert, nil
	}
	return &verbRule{}, refuse(ingest.ReasonUnknownVerb, "%q is no verb of a queue log that we know", cut(l.verb))
}

// verbs holds every verb, in the order of a call's life. It is never changed.
var verbs = map[string]*verbRule{
	"ENTERQUEUE": {contact: true, queue: true, handle: (*Parser).enter},
	"FULL":       {contact: true, queue: true, handle: refusedAs(event.RefusedFull)},
	"CLOSED":     {contact: true, queue: true, handle: refusedAs(event.RefusedClosed)},
	"JOINEMPTY":  {contact: true, queue: true, handle: refusedAs(event.RefusedNoAdvisor)},

	"ABANDON":         {contact: true, queue: true, durations: inSeconds(2), handle: (*Parser).abandon},
	"EXITWITHTIMEOUT": {contact: true, queue: true, durations: inSeconds(2), handle: leftAs(event.LeftTimeout)},
	"EXITEMPTY":       {contact: true, queue: true, durations: inSeconds(2), handle: leftAs(event.LeftEmpty)},
	"LEAVEEMPTY":      {contact: true, queue: true, handle: leftAs(event.LeftEmpty)},
	"EXITWITHKEY":     {contact: true, queue: true, durations: inSeconds(3), handle: leftAs(event.LeftKey)},
	"WITHDRAW":        {contact: true, queue: true, durations: inSeconds(2), handle: leftAs(event.LeftWithdrawn)},

	"RINGNOANSWER": {contact: true, queue: true, agent: true, shows: true, durations: inMillis(0), handle: (*Parser).ringNoAnswer},
	"RINGCANCELED": {contact: true, queue: true, agent: true, shows: true, durations: inMillis(0), handle: (*Parser).ringCancelled},
	"AGENTDUMP":    {contact: true, queue: true, agent: true, shows: true, handle: (*Parser).dumped},
	"SYSCOMPAT":    {contact: true, queue: true, agent: true, shows: true, handle: (*Parser).incompatible},

	"CONNECT":          {contact: true, queue: true, agent: true, shows: true, durations: inSeconds(0, 2), handle: (*Parser).connect},
	"CALLERONHOLD":     {contact: true, handle: holdAs(event.AdvisorHeld)},
	"CALLEROFFHOLD":    {contact: true, handle: holdAs(event.AdvisorResumed)},
	"COMPLETEAGENT":    {contact: true, queue: true, agent: true, shows: true, durations: inSeconds(0, 1), handle: completedBy(event.ByAdvisor)},
	"COMPLETECALLER":   {contact: true, queue: true, agent: true, shows: true, durations: inSeconds(0, 1), handle: completedBy(event.ByCustomer)},
	"BLINDTRANSFER":    {contact: true, queue: true, agent: true, shows: true, durations: inSeconds(2, 3), handle: (*Parser).blindTransfer},
	"TRANSFER":         {contact: true, queue: true, agent: true, shows: true, durations: inSeconds(2, 3), handle: (*Parser).blindTransfer},
	"ATTENDEDTRANSFER": {contact: true, queue: true, agent: true, shows: true, durations: attendedDurations, handle: (*Parser).attendedTransfer},
	"WRAPUPSTART":      {agent: true, durations: inSeconds(0), handle: (*Parser).wrapUp},
	"QUEUESTART":       {handle: (*Parser).restart},

	"ADDMEMBER":           {agent: true, queue: true, handle: (*Parser).addMember},
	"REMOVEMEMBER":        {agent: true, queue: true, handle: (*Parser).removeMember},
	"PAUSE":               {agent: true, queue: true, shows: true, handle: stateOf(event.StatePaused)},
	"UNPAUSE":             {agent: true, queue: true, shows: true, handle: stateOf(event.StateAvailable)},
	"PAUSEALL":            {agent: true, shows: true, handle: stateOfAll(event.StatePaused)},
	"UNPAUSEALL":          {agent: true, shows: true, handle: stateOfAll(event.StateAvailable)},
	"AGENTLOGIN":          {agent: true, handle: login},
	"AGENTCALLBACKLOGIN":  {agent: true, handle: login},
	"AGENTLOGOFF":         {agent: true, handle: logoff},
	"AGENTCALLBACKLOGOFF": {agent: true, handle: logoff},

	"CONFIGRELOAD": {ignore: IgnoredSettings},
	"PENALTY":      {ignore: IgnoredSettings},
	"ADDPENALTY":   {ignore: IgnoredSettings},
	"RINGINUSE":    {ignore: IgnoredSettings},
	"ROTATE":       {ignore: IgnoredSettings},
	"QUEUERESET":   {ignore: IgnoredSettings},

	"DID":           {ignore: IgnoredRemark},
	"INFO":          {ignore: IgnoredRemark},
	"IVR":           {ignore: IgnoredRemark},
	"IVRAPPEND":     {ignore: IgnoredRemark},
	"CALLSTATUS":    {ignore: IgnoredRemark},
	"CALLSTATUSV2":  {ignore: IgnoredRemark},
	"PAUSEREASON":   {ignore: IgnoredRemark},
	"URL":           {ignore: IgnoredRemark},
	"CALLATTRIBUTE": {ignore: IgnoredRemark},
	"HOTDESK":       {ignore: IgnoredRemark},
	"MUSIC":         {ignore: IgnoredRemark},
	"RATING":        {ignore: IgnoredRemark},
	"SETSTREAM":     {ignore: IgnoredRemark},

	"OUTCALL":      {ignore: IgnoredOutbound},
	"CALLOUTBOUND": {ignore: IgnoredOutbound},
}

var divert = &verbRule{contact: true, queue: true, handle: refusedAs(event.RefusedDeterred)}

// inSeconds reads these data columns (from 0) as seconds.
func inSeconds(columns ...int) func(*line) *refusal {
	return func(l *line) *refusal {
		for _, i := range columns {
			if r := l.seconds(i); r != nil {
				return r
			}
		}
		return nil
	}
}

// inMillis reads data column i as milliseconds: the rings that end without a conversation have that unit, alone.
func inMillis(i int) func(*line) *refusal {
	return func(l *line) *refusal { return l.millis(i) }
}

// attendedDurations reads hold and talk of an attended transfer. LINK names two channels, so its numbers come one
// column later, and the talk time stands in front of the position in the last one.
func attendedDurations(l *line) *refusal {
	if l.data[0] != "LINK" {
		return inSeconds(2, 3)(l)
	}
	if r := l.seconds(3); r != nil {
		return r
	}
	talk, _, _ := strings.Cut(l.data[4], "|")
	return l.duration(4, strings.TrimSpace(talk), 1000)
}
