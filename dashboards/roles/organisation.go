// SPDX-License-Identifier: Apache-2.0

package roles

import "strings"

// Organisation is an organisation of Grafana for those of one role: who is in it sees its folders, and can ask its data sources
// anything, so these have the role's accounts.
type Organisation struct {
	ID, Role, Title string
	// Variable is the variable in Grafana's environment that holds the number of the organisation.
	Variable string
	// Places and People are the accounts of its two ClickHouse data sources, the passwords the variables that hold theirs.
	Places, PlacesPassword string
	People, PeoplePassword string
	// Folders are the ids of the folders of boards.
	Folders []string
}

// Organisations are those of a centre. Analysts have none of their own: they are in Grafana's first, which has all boards.
func (c *Centre) Organisations() []Organisation {
	var list []Organisation
	for i := range Roles {
		r := &Roles[i]
		switch r.Per {
		case PerCentre:
			list = append(list, c.organisation(r, "", ""))
		case PerTeam:
			for _, t := range c.Teams {
				list = append(list, c.organisation(r, t.ID, t.Name))
			}
		case PerProgramme:
			for j := range c.Clients {
				list = append(list, c.organisation(r, c.Clients[j].ID, c.Clients[j].Name))
			}
		}
	}
	return list
}

func (c *Centre) organisation(r *Role, of, name string) Organisation {
	o := Organisation{ID: r.ID, Role: r.ID, Title: r.Title.En, Folders: r.Folders}
	if of != "" {
		o.ID += "-" + of
		o.Title += ", " + name
	}
	o.Variable = "VIGIE_ORG_" + strings.ToUpper(strings.ReplaceAll(o.ID, "-", "_"))
	o.Places, o.PlacesPassword = accountOf(r.places, of), plainPassword(r.places)
	o.People, o.PeoplePassword = accountOf(r.people, of), plainPassword(r.people)
	return o
}

// accountOf is the user of a kind that serves a team or a programme.
func accountOf(kind, of string) string {
	for i := range accountKinds {
		if k := &accountKinds[i]; k.id == kind && (k.per == PerTeam || k.per == PerProgramme) {
			return userOf(kind, of)
		}
	}
	return userOf(kind, "")
}

// plainPassword is the variable in Grafana's environment that holds the password itself.
func plainPassword(kind string) string {
	return strings.TrimSuffix(PasswordVariable(kind), "_SHA256")
}
