// SPDX-License-Identifier: Apache-2.0

package roles

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/store"
)

// database holds all our tables.
const database = store.DefaultDatabase

// Account is one user of ClickHouse.
type Account struct {
	// Kind is the kind of account; the accounts of one kind are in one file and have one password.
	Kind string
	User string
	// Of is the team or programme that it is for; "" otherwise.
	Of     string
	grants []string // what follows GRANT or REVOKE, with that word
	// policies are conditions on rows, by table.
	policies []policy
	about    string
}

type policy struct{ table, condition string }

// Centre is what of a centre decides who sees what.
type Centre struct {
	ID, Name string
	Teams    []Group
	Clients  []Client
}

// Group is a team and the number of advisors who are in it.
type Group struct {
	ID, Name string
	Advisors int
}

// Client is a programme, and the queues and campaigns that are its own.
type Client struct {
	ID, Name          string
	Queues, Campaigns []string
}

// separator stands between the parts of an account's name. No id may hold it, begin or end with half of it, so that no two accounts of
// a server can have one name, whatever its centres call their teams.
const separator = "__"

// namePattern is what an id must be to stand in the name of an account; maxID is its length at most, bytes.
var namePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*(_[A-Za-z0-9-]+)*$`)

const maxID = 63

// CentreOf is what of an organisation decides who sees what at an instant, ms since 1970 UTC.
func CentreOf(o *organisation.Organisation, atMs int64) Centre {
	c := Centre{ID: o.ID, Name: o.Centre.Name}
	for _, t := range o.Teams {
		g := Group{ID: t.ID, Name: t.Name}
		for i := range o.Advisors {
			if a := &o.Advisors[i]; a.Team == t.ID && int64(a.From) <= atMs && (a.To == 0 || atMs < int64(a.To)) {
				g.Advisors++
			}
		}
		c.Teams = append(c.Teams, g)
	}
	for _, p := range o.Programmes {
		client := Client{ID: p.ID, Name: p.Name}
		for i := range o.Queues {
			if q := &o.Queues[i]; q.Programme == p.ID && !slices.Contains(client.Queues, q.Queue) {
				client.Queues = append(client.Queues, q.Queue)
			}
		}
		for _, campaign := range o.Campaigns {
			if campaign.Programme == p.ID {
				client.Campaigns = append(client.Campaigns, campaign.ID)
			}
		}
		c.Clients = append(c.Clients, client)
	}
	return c
}

// Validate tells which ids cannot be part of an account's name.
func (c *Centre) Validate() error {
	if c.ID == "" {
		return errors.New("roles: the centre has no id; write one in its centre.yaml, or give --centre")
	}
	var errs []error
	check := func(what, id string) {
		if len(id) > maxID || !namePattern.MatchString(id) {
			errs = append(errs, fmt.Errorf("roles: the %s %q cannot be part of an account's name: letters without accents, digits, - and single _ only, "+
				"beginning with a letter or digit, not ending with _, %d at most", what, id, maxID))
		}
	}
	check("centre", c.ID)
	for _, t := range c.Teams {
		check("team", t.ID)
	}
	for _, p := range c.Clients {
		check("programme", p.ID)
	}
	return errors.Join(errs...)
}

// Accounts are all accounts that a centre needs, in the order of the table.
func (c *Centre) Accounts() []Account {
	var list []Account
	for i := range accountKinds {
		k := &accountKinds[i]
		switch k.per {
		case PerTeam:
			for _, t := range c.Teams {
				list = append(list, c.account(k, t.ID, nil))
			}
		case PerProgramme:
			for j := range c.Clients {
				list = append(list, c.account(k, c.Clients[j].ID, &c.Clients[j]))
			}
		default:
			list = append(list, c.account(k, "", nil))
		}
	}
	return list
}

// kindOf is the kind of account of an id.
func kindOf(id string) *accountKind {
	for i := range accountKinds {
		if accountKinds[i].id == id {
			return &accountKinds[i]
		}
	}
	panic("BUG: the table of roles names " + id + ", which is no kind of account")
}

// name is the kind in the names of accounts and files.
func (k *accountKind) name() string { return cmp.Or(k.word, k.id) }

// user is the account of a centre for a team or a programme; of is "" where it is for all.
func (k *accountKind) user(centre, of string) string {
	parts := []string{"vigie_" + k.name()}
	if k.per != PerServer {
		parts = append(parts, centre)
	}
	if of != "" {
		parts = append(parts, of)
	}
	return strings.Join(parts, separator)
}

// profile is the settings profile of the accounts of a kind. Each centre has its own, for whoever replaces one by SQL takes it from the
// users of another centre.
func (k *accountKind) profile(centre string) string { return k.user(centre, "") }

func (c *Centre) account(k *accountKind, of string, client *Client) Account {
	a := Account{Kind: k.id, User: k.user(c.ID, of), Of: of, about: k.about}
	switch k.id {
	case accountAnalyst:
		a.grants = []string{"GRANT SELECT ON " + database + ".*", "REVOKE SELECT ON " + database + ".events", "REVOKE SELECT ON " + database + ".config"}
		return a
	case accountStudies:
		return c.studies(a)
	}
	for _, table := range tablesOf(k) {
		a.grants = append(a.grants, "GRANT SELECT ON "+database+"."+table)
	}
	for _, table := range []string{"facts", "daily_facts"} {
		a.grants = append(a.grants, fmt.Sprintf("REVOKE SELECT(%s) ON %s.%s", strings.Join(withheld(k, table), ", "), database, table))
		a.policies = append(a.policies, policy{table, c.condition(k.facts, of)})
	}
	places := c.places(k, of, client)
	a.policies = append(a.policies, policy{"lanes", "centre = " + quote(c.ID)},
		policy{"gauges", places("id")}, policy{"alerts", places("id")})
	switch {
	case k.register:
		// A word on an end may not say the place. What is left of an incident whose beginning is not shown has no title.
		a.policies = append(a.policies, policy{"register", fmt.Sprintf("centre = %s AND scope NOT IN ('team', 'advisor')", quote(c.ID))},
			policy{"incidents", "title != '' OR rule != ''"})
	default:
		a.policies = append(a.policies, policy{"register", "0"})
	}
	if k.groups != rowsAll {
		for _, view := range viewsOf(indicator.ScopeTeam) {
			a.policies = append(a.policies, policy{view, c.condition(k.groups, of)})
		}
	}
	return a
}

// studies is the account of an analyst of one centre: its rows of each table, and of the ledger of blocks what view revisions reads.
func (c *Centre) studies(a Account) Account {
	for _, table := range slices.Concat(centreTables, centreViews) {
		a.grants = append(a.grants, "GRANT SELECT ON "+database+"."+table)
	}
	a.grants = append(a.grants, "GRANT SELECT(epoch, partition, last, clock) ON "+database+".blocks")
	for scope := range indicator.ScopeKind(indicator.NumScopeKinds) {
		for _, view := range viewsOf(scope) {
			a.grants = append(a.grants, "GRANT SELECT ON "+database+"."+view)
		}
		if sampled(scope) {
			a.grants = append(a.grants, "GRANT SELECT ON "+database+"."+store.SampleViewName(scope))
		}
	}
	for _, table := range centreTables {
		a.policies = append(a.policies, policy{table, c.condition(rowsCentre, "")})
	}
	return a
}

// condition is the row policy of facts, and of views of teams.
func (c *Centre) condition(r rows, of string) string {
	centre := "centre = " + quote(c.ID)
	switch r {
	case rowsGroups:
		return centre + " AND team IN (" + c.groups() + ")"
	case rowsTeam:
		return centre + " AND team = " + quote(of)
	case rowsProgramme:
		return centre + " AND programme = " + quote(of)
	}
	return centre
}

// groups are the teams that are large enough to be compared.
func (c *Centre) groups() string {
	ids := []string{}
	for _, t := range c.Teams {
		if t.Advisors >= SmallestGroup {
			ids = append(ids, t.ID)
		}
	}
	return quoteAll(ids)
}

// places gives the row policy of a table whose rows are of a scope, by the column of its id.
func (c *Centre) places(k *accountKind, of string, client *Client) func(id string) string {
	return func(id string) string {
		var any []string
		for _, scope := range k.scopes {
			is := "scope = " + quote(scope.String())
			switch {
			case client == nil && scope == indicator.ScopeTeam && k.facts == rowsTeam:
				is += " AND " + id + " = " + quote(of)
			case client == nil && scope == indicator.ScopeTeam:
				is += " AND " + id + " IN (" + c.groups() + ")"
			case client == nil:
			case scope == indicator.ScopeProgramme:
				is += " AND " + id + " = " + quote(of)
			case scope == indicator.ScopeQueue:
				is += " AND " + id + " IN (" + quoteAll(client.Queues) + ")"
			case scope == indicator.ScopeCampaign:
				is += " AND " + id + " IN (" + quoteAll(client.Campaigns) + ")"
			default:
				continue // the centre and its channels are everybody's
			}
			any = append(any, "("+is+")")
		}
		return fmt.Sprintf("centre = %s AND (%s)", quote(c.ID), strings.Join(any, " OR "))
	}
}

// tablesOf are the views of a kind of account, and the tables that these read.
func tablesOf(k *accountKind) []string {
	tables := []string{"indicator_definitions", "lanes", "facts", "daily_facts", "gauges", "alerts", "register", "incidents", "actions"}
	for _, scope := range k.scopes {
		tables = append(tables, viewsOf(scope)...)
		if sampled(scope) {
			tables = append(tables, store.SampleViewName(scope))
		}
	}
	if slices.Contains(k.scopes, indicator.ScopeQueue) {
		tables = append(tables, "v_queue_staffing")
	}
	return tables
}

// sampled tells the kinds of scope that have a view of samples.
func sampled(scope indicator.ScopeKind) bool { return scope != indicator.ScopeAdvisor }

// viewsOf are the views of a kind of scope by intervals.
func viewsOf(scope indicator.ScopeKind) []string {
	var views []string
	for _, interval := range []store.Interval{store.Quarter, store.Hour, store.Day, store.Week, store.Month} {
		views = append(views, store.ViewName(scope, interval))
	}
	return views
}

// withheld are the columns of a table of facts that the views of an account do not need.
func withheld(k *accountKind, table string) []string {
	var list []string
	for _, column := range factColumns[table] {
		if !slices.ContainsFunc(k.scopes, func(s indicator.ScopeKind) bool { return s.String() == column }) {
			list = append(list, column)
		}
	}
	return list
}

func quoteAll(values []string) string {
	if len(values) == 0 {
		return "NULL" // IN (NULL) is true of nothing
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return strings.Join(quoted, ", ")
}

// quote writes a string as a literal of ClickHouse, which knows backslashes.
func quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

// KnowsColumn tells whether the table of roles says who may see a column of facts or daily_facts that is no measure.
func KnowsColumn(table, column string) bool {
	return slices.Contains(openColumns, column) || slices.Contains(factColumns[table], column)
}
