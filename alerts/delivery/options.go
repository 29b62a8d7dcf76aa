// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options configure a Delivery.
type Options struct {
	// URLs are the Alertmanagers: http or https, host and port, and a path if theirs has a prefix. Each of them is told
	// everything, as they want it: they agree among themselves who calls whom.
	URLs []string
	// User and Password, or Token, are shown to every one of them; empty: nothing is.
	User, Password string
	Token          string
	// CAFile holds the authorities that sign their certificates, PEM; empty: the system's. CertFile and KeyFile are the client's
	// own certificate.
	CAFile, CertFile, KeyFile string
	// Links are the addresses that alerts lead to.
	Links Links
	// ResendEvery is how often everything is sent again; a minute when 0. An Alertmanager that hears nothing for four times as
	// long takes an alert for over.
	ResendEvery time.Duration
	// Timeout bounds one request; 10 s when 0.
	Timeout time.Duration

	// Now is the clock of the log's owner, by which alerts begin and end, and Pace how many of its seconds pass in one; the
	// wall clock, and 1, when not given. Alertmanagers live by the wall clock, whatever these are.
	Now  func() time.Time
	Pace float64
	// Hurried tells that events are put into the log faster than Now passes, as what lies before a demo's start is: their alerts
	// are those of a machine that catches up. Nil: never.
	Hurried func() bool
	Logger  *slog.Logger

	transport http.RoundTripper // of tests
}

const (
	defaultResend  = time.Minute
	defaultTimeout = 10 * time.Second
	// endsAfter is for how many times ResendEvery an alert is announced: three of them may get lost.
	endsAfter = 4
)

// Validate checks the options without I/O; the error lists all that is wrong.
func (o Options) Validate() error {
	var errs []error
	seen := map[string]bool{}
	for _, raw := range o.URLs {
		u, err := url.Parse(raw)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("alertmanager %q: give its address, for example http://alertmanager:9093", raw))
		case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
			errs = append(errs, fmt.Errorf("alertmanager %q: give http:// or https://, host and port, for example http://alertmanager:9093", raw))
		case u.User != nil:
			errs = append(errs, fmt.Errorf("alertmanager %s: a password has no place in an address; give --alertmanager-user and --alertmanager-password-file", u.Redacted()))
		case u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(u.Path, "/api/v2/alerts"):
			errs = append(errs, fmt.Errorf("alertmanager %s: give the address without what comes after its prefix, for example http://alertmanager:9093", u))
		case seen[strings.TrimRight(raw, "/")]:
			errs = append(errs, fmt.Errorf("alertmanager %s is given twice; give each once", raw))
		}
		seen[strings.TrimRight(raw, "/")] = true
	}
	if o.Token != "" && (o.User != "" || o.Password != "") {
		errs = append(errs, errors.New("alertmanager: a token and a user were given; choose one"))
	}
	if (o.User == "") != (o.Password == "") {
		errs = append(errs, errors.New("alertmanager: user and password go together; give both or none"))
	}
	if (o.CertFile == "") != (o.KeyFile == "") {
		errs = append(errs, errors.New("alertmanager: the client's certificate and key go together; give both or none"))
	}
	return errors.Join(append(errs, o.Links.validate())...)
}

// withDefaults fills in what was not given.
func (o Options) withDefaults() Options {
	if o.ResendEvery <= 0 {
		o.ResendEvery = defaultResend
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Pace == 0 {
		o.Pace = 1
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// client returns an HTTP client with connections of its own: an Alertmanager that hangs does not hold up another.
func (o Options) client() (*http.Client, error) {
	if o.transport != nil {
		return &http.Client{Transport: o.transport, Timeout: o.Timeout}, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("reading the authorities of Alertmanager: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the file %s holds no certificate; give the authorities of Alertmanager in PEM", o.CAFile)
		}
	}
	if o.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("reading the client's certificate for Alertmanager: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = config
	// What is sent is for this address alone: a redirect would turn the request into another one.
	return &http.Client{Transport: transport, Timeout: o.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil
}
