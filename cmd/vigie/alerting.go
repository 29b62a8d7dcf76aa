// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/alerts/delivery"
	"github.com/vigie-kpi/vigie/dashboards"
	"github.com/vigie-kpi/vigie/indicator"
)

// alertFlags are the flags of commands that send alerts.
type alertFlags struct {
	o                       delivery.Options
	passwordFile, tokenFile string
	grafana                 string
	french                  bool
}

// addAddress adds the one flag that a demo needs.
func (f *alertFlags) addAddress(flags *pflag.FlagSet) {
	f.o.Links.Runbooks = delivery.DefaultRunbooks
	flags.StringSliceVar(&f.o.URLs, "alertmanager", nil, "Alertmanager that alerts are sent to, such as http://localhost:9093; may be repeated: each one gets all (default: none)")
}

func (f *alertFlags) add(flags *pflag.FlagSet) {
	f.addAddress(flags)
	o := &f.o
	flags.StringVar(&o.User, "alertmanager-user", "", "name to show to the Alertmanagers")
	flags.StringVar(&f.passwordFile, "alertmanager-password-file", "", "file that holds the password")
	flags.StringVar(&f.tokenFile, "alertmanager-token-file", "", "file that holds a bearer token, instead of name and password")
	flags.StringVar(&o.CAFile, "alertmanager-ca", "", "PEM file of the authorities that sign the Alertmanagers' certificates (default: the system's)")
	flags.StringVar(&o.CertFile, "alertmanager-cert", "", "PEM file of the client's certificate")
	flags.StringVar(&o.KeyFile, "alertmanager-key", "", "PEM file of the client's key")
	flags.StringVar(&o.Links.Vigie, "external-url", "", "address by which people reach this program, for the links in alerts (default: http:// and --listen)")
	flags.StringVar(&f.grafana, "grafana-url", "", "address of the Grafana that has the boards of vigie dashboards; alerts lead to them (default: to the wall)")
	flags.BoolVar(&f.french, "grafana-french", false, "alerts lead to the French boards")
	flags.StringVar(&o.Links.Runbooks, "runbook-url", delivery.DefaultRunbooks, "what comes before a runbook that is a path")
}

// options returns what the flags say; without an Alertmanager the rest is not looked at.
func (f *alertFlags) options() (delivery.Options, error) {
	if len(f.o.URLs) == 0 {
		return delivery.Options{}, nil
	}
	o := f.o
	var err error
	if o.Password, err = readSecret(f.passwordFile); err != nil {
		return o, err
	}
	if o.Token, err = readSecret(f.tokenFile); err != nil {
		return o, err
	}
	if f.grafana != "" {
		if !delivery.IsAddress(f.grafana) {
			return o, wrongUsage("--grafana-url %q: give an address that begins with http:// or https://", f.grafana)
		}
		language := indicator.English
		if f.french {
			language = indicator.French
		}
		o.Links.Panel = dashboards.PanelOf(f.grafana, language)
	}
	if err := o.Validate(); err != nil {
		return o, &usageError{err}
	}
	return o, nil
}
