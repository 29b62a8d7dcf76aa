// SPDX-License-Identifier: Apache-2.0

package roles

import "github.com/vigie-kpi/vigie/indicator"

// SmallestGroup is the number of advisors from which a group is compared with others. What is said of fewer is said of persons.
const SmallestGroup = 5

// Per says of what each has an account of a kind.
type Per uint8

// The kinds of owner of an account.
const (
	PerServer    Per = iota // one account, of all centres
	PerCentre               // one account for each centre
	PerTeam                 // one for each team of a centre
	PerProgramme            // one for each programme of a centre: an outsourcer's client
)

// accountKind is one kind of account in ClickHouse.
type accountKind struct {
	id string
	// word stands for the kind in the names of its accounts and files; "": the id.
	word string
	per  Per
	// scopes are the kinds whose views are granted. What facts have beyond the columns of these views is withheld, so that
	// nobody reads below a view what the view does not show.
	scopes []indicator.ScopeKind
	// facts are the rows of facts that count, groups those of the views of teams.
	facts, groups rows
	// register tells whether incidents and actions, which are free text, are shown.
	register bool
	about    string
}

// rows say which rows of a table an account sees.
type rows uint8

const (
	rowsAll       rows = iota // of all centres
	rowsCentre                // of the centre
	rowsGroups                // of the centre's teams that are no smaller than SmallestGroup
	rowsTeam                  // of the team that the account is for
	rowsProgramme             // of the programme that the account is for
)

// rowWords say it in the page.
var rowWords = [...]string{"all centres", "its centre", "teams of 5 advisors or more", "its own team", "its own programme"}

var (
	placeScopes = []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeProgramme, indicator.ScopeQueue, indicator.ScopeCampaign, indicator.ScopeChannel}
	teamScopes  = []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeTeam}
	coachScopes = []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeTeam, indicator.ScopeAdvisor}
)

// The kinds of account. Those of analysts are the only ones with the tables themselves.
const (
	accountWall    = "wall"
	accountTeams   = "teams"
	accountManager = "manager"
	accountCoach   = "coach"
	accountStudies = "studies" // an analyst of one centre
	accountAnalyst = "analyst" // of the server
	accountClient  = "client"
)

var accountKinds = []accountKind{
	{id: accountWall, per: PerCentre, scopes: placeScopes, facts: rowsCentre, register: true,
		about: "centre, programmes, queues, campaigns and channels; no team, no advisor, no contact"},
	{id: accountTeams, per: PerCentre, scopes: teamScopes, facts: rowsGroups, about: "teams beside each other, without those too small to be compared"},
	{id: accountManager, per: PerTeam, scopes: teamScopes, facts: rowsTeam, about: "one team, as a whole"},
	{id: accountCoach, per: PerCentre, scopes: coachScopes, facts: rowsCentre, groups: rowsGroups, about: "advisors, by their pseudonym, and the teams that they can be compared with"},
	{id: accountStudies, word: "analyst", per: PerCentre, facts: rowsCentre, register: true,
		about: "all tables of one centre, where advisors and customers are pseudonyms; neither the raw records nor the organisation's files"},
	{id: accountAnalyst, per: PerServer, register: true, about: "all tables, where advisors and customers are pseudonyms; neither the raw records nor the organisation's files"},
	{id: accountClient, per: PerProgramme, scopes: placeScopes, facts: rowsProgramme, about: "what of each queue, campaign and day is the programme's; no team, no advisor, no contact"},
}

// Role is one row of the table: who somebody is to us, and what follows from it.
type Role struct {
	ID    string
	Title indicator.Text
	// places and people are the accounts behind Grafana's two ClickHouse data sources: the one that most panels ask, and the one
	// that panels on teams and advisors ask.
	places, people string
	Per            Per
	// Folders are the ids of Grafana's folders that the role opens.
	Folders []string
}

// Roles is the table.
var Roles = []Role{
	{ID: "wall", Title: indicator.Text{En: "Wall", Fr: "Mur"}, Per: PerCentre, places: accountWall, people: accountTeams, Folders: []string{"wall"}},
	{ID: "manager", Title: indicator.Text{En: "Manager of a team", Fr: "Responsable d'équipe"}, Per: PerTeam, places: accountWall, people: accountManager,
		Folders: []string{"wall", "steering"}},
	{ID: "coach", Title: indicator.Text{En: "Coach", Fr: "Formateur"}, Per: PerCentre, places: accountWall, people: accountCoach, Folders: []string{"wall", "steering", "coaching"}},
	{ID: "analyst", Title: indicator.Text{En: "Analyst of a centre", Fr: "Analyste d'un centre"}, Per: PerCentre, places: accountStudies, people: accountStudies,
		Folders: []string{"wall", "steering", "coaching"}},
	{ID: "operator", Title: indicator.Text{En: "Operator, analyst of all centres", Fr: "Exploitant, analyste de tous les centres"}, Per: PerServer,
		places: accountAnalyst, people: accountAnalyst, Folders: []string{"wall", "steering", "coaching", "pipeline"}},
	{ID: "client", Title: indicator.Text{En: "Client of an outsourcer", Fr: "Client du prestataire"}, Per: PerProgramme, places: accountClient, people: accountClient,
		Folders: []string{"wall"}},
}

// factColumns are the columns of facts and daily_facts that are no measure, and the kind of scope whose views need them.
var factColumns = map[string][]string{
	"facts": {"at", "grain", "programme", "site", "queue", "campaign", "channel", "direction", "team", "home_team", "advisor", "reason", "contact",
		"line", "workstation", "epoch", "partition", "offset", "seq", "config_version"},
	"daily_facts": {"part", "contact", "life", "number", "at", "grain", "programme", "site", "queue", "campaign", "channel", "direction", "team", "home_team",
		"advisor", "reason", "line", "workstation", "epoch", "partition", "made_at", "deleted"},
}

// centreTables are the tables with a column that says the centre, of which an analyst of one centre reads its rows; centreViews are the
// views beside those by scope that read them.
var (
	centreTables = []string{"facts", "daily_facts", "daily_passes", "contacts", "outcomes", "gauges", "alerts", "lanes", "register"}
	centreViews  = []string{"incidents", "actions", "acknowledgements", "revisions", "entered_figures", "v_queue_staffing", "indicator_definitions"}
)

// openColumns are those that every view needs.
var openColumns = []string{"centre", "lane", "day", "quarter"}

// limit is a setting of every account, that may only be lowered, or not be changed at all when fixed.
type limit struct {
	name  string
	value int64
	kind  limitKind
}

type limitKind uint8

const (
	limitMax limitKind = iota
	limitFixed
	limitFree
)

// limits keep a careless query from the writer's way. readonly 2: no writing, but settings may be changed, as clients do.
var limits = []limit{
	{"readonly", 2, limitFixed},
	{"max_execution_time", 60, limitMax},
	{"max_memory_usage", 4_000_000_000, limitMax},
	{"max_rows_to_read", 2_000_000_000, limitMax},
	{"max_result_rows", 1_000_000, limitMax},
	{"max_concurrent_queries_for_user", 64, limitFixed}, // ten walls of one account, six panels of each under way
	{"max_query_size", 1 << 20, limitFree},              // a wide view is a long statement
}
