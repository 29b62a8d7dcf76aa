// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"strings"
	"testing"
	"time"
)

func TestValidateNamesTheFieldAndTheRemedy(t *testing.T) {
	f := func(change func(*Options), field, remedy string) {
		t.Helper()
		o := Options{Brokers: []string{"kafka-1:9092"}}
		change(&o)
		err := o.Validate()
		if err == nil {
			t.Errorf("%s: accepted", field)
			return
		}
		if text := err.Error(); !strings.Contains(text, field) || !strings.Contains(text, remedy) {
			t.Errorf("%q does not name %q and say %q", text, field, remedy)
		}
	}
	f(func(o *Options) { o.Brokers = nil }, "brokers", "give at least one host:port")
	f(func(o *Options) { o.Brokers = []string{"kafka-1"} }, "brokers[0]", "kafka-1:9092")
	f(func(o *Options) { o.EventsTopic = "événements" }, "eventsTopic", "a-z A-Z 0-9")
	f(func(o *Options) { o.DeadLettersTopic = DefaultEventsTopic }, "deadLettersTopic", "its own topic")
	f(func(o *Options) { o.EventsTopic = "vigie.checkpoints.index" }, "eventsTopic", "its own topic")
	f(func(o *Options) { o.Partitions = -1 }, "partitions", "12 suits most")
	f(func(o *Options) { o.Replication = -3 }, "replication", "0 for the brokers' default")
	f(func(o *Options) { o.Retention = time.Minute }, "retention", "at least 1h")
	f(func(o *Options) { o.RequestTimeout = -time.Second }, "requestTimeout", "0 for the default")
	f(func(o *Options) { o.TLS.CAFile = "ca.pem" }, "tls.enabled", "set it to true")
	f(func(o *Options) { o.TLS = TLSOptions{Enabled: true, CertFile: "c.pem"} }, "tls.certFile", "needs both")
	f(func(o *Options) { o.TLS = TLSOptions{Enabled: true, CAFile: "c", InsecureSkipVerify: true} }, "tls.insecureSkipVerify", "clear one")
	f(func(o *Options) { o.SASL = SASLOptions{Username: "vigie"} }, "sasl.mechanism", "choose SCRAM-SHA-512")
	f(func(o *Options) { o.SASL = SASLOptions{Mechanism: "GSSAPI", Username: "u", Password: "p"} }, "sasl.mechanism", "choose SCRAM-SHA-512")
	f(func(o *Options) { o.SASL = SASLOptions{Mechanism: SASLPlain, Username: "u", Password: "p"} }, "sasl.mechanism", "set tls.enabled")
	f(func(o *Options) { o.SASL = SASLOptions{Mechanism: SASLScramSHA512, Password: "p"} }, "sasl.username", "give the Kafka user")
	f(func(o *Options) { o.SASL = SASLOptions{Mechanism: SASLScramSHA512, Username: "u"} }, "sasl.password", "give the Kafka user's password")
}

func TestValidateTellsEverythingAtOnce(t *testing.T) {
	err := Options{Partitions: -1, Retention: 1, SASL: SASLOptions{Mechanism: "X"}}.Validate()
	for _, field := range []string{"brokers", "partitions", "retention", "sasl.mechanism", "sasl.username", "sasl.password"} {
		if err == nil || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%v does not name %s", err, field)
		}
	}
}

func TestValidateAcceptsBrokersAlone(t *testing.T) {
	if err := (Options{Brokers: []string{"kafka-1:9092", "[::1]:9092"}}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestOpenSaysWhichFileIsMissing(t *testing.T) {
	_, err := Open(Options{Brokers: []string{"k:1"}, TLS: TLSOptions{Enabled: true, CAFile: "nowhere/ca.pem"}})
	if err == nil || !strings.Contains(err.Error(), "tls.caFile") {
		t.Errorf("got %v", err)
	}
}
