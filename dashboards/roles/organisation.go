// SPDX-License-Identifier: Apache-2.0

package roles

import "strings"

// Organisation is an organisation of Grafana for those of one role: who is in it sees its folders, and can ask its data sources
// anything, so these have the role's accounts.
type Organisation struct {
	// Name is what Grafana calls it. It is made of ids, which stay when titles change, and no two have one name.
	Name        string
	Role, Title string
	// Places and People are the accounts of its two ClickHouse data sources.
	Places, People Login
	// Folders are the ids of the folders of boards.
	Folders []string
}

// Login is an account of ClickHouse, and the variable that holds its password where passwords are not made from a key.
type Login struct{ User, Variable string }

// OrganisationPrefix begins the names of all organisations of a centre.
func (c *Centre) OrganisationPrefix() string { return "Vigie " + c.ID + " " }

// Organisations are those of a centre. Operators have none of their own: they are in Grafana's first, which has all boards.
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
	o := Organisation{Name: c.OrganisationPrefix() + r.ID, Role: r.ID, Title: r.Title.En, Folders: r.Folders}
	if of != "" {
		o.Name += " " + of
		o.Title += ", " + name
	}
	o.Places, o.People = c.login(r.places, of), c.login(r.people, of)
	return o
}

// login is the account of a kind that serves a team or a programme.
func (c *Centre) login(kind, of string) Login {
	k := kindOf(kind)
	if k.per != PerTeam && k.per != PerProgramme {
		of = ""
	}
	return Login{k.user(c.ID, of), strings.TrimSuffix(PasswordVariable(kind), "_SHA256")}
}

// FirstFolders are the ids of the folders in Grafana's first organisation, where operators are.
func FirstFolders() []string {
	for i := range Roles {
		if Roles[i].Per == PerServer {
			return Roles[i].Folders
		}
	}
	return nil
}
