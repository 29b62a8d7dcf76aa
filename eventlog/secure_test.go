// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// authority signs certificates for one test.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.cert, a.key = a.sign(template, "ca")
	return a
}

// sign makes a key and a certificate for it, and writes both as name.pem and name.key.
func (a *authority) sign(template *x509.Certificate, name string) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".pem", "CERTIFICATE", der)
	a.write(name+".key", "PRIVATE KEY", keyDER)
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

func (a *authority) write(name, kind string, der []byte) {
	a.t.Helper()
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	if err := os.WriteFile(a.file(name), text, 0o600); err != nil {
		a.t.Fatal(err)
	}
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// issue writes a certificate for a server or a client and returns the pair.
func (a *authority) issue(name string, serial int64, hosts ...string) tls.Certificate {
	a.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	a.sign(template, name)
	pair, err := tls.LoadX509KeyPair(a.file(name+".pem"), a.file(name+".key"))
	if err != nil {
		a.t.Fatal(err)
	}
	return pair
}

// roundTrip uses every path to Kafka: topics, epoch, producer, reader, group, checkpoints.
func roundTrip(t *testing.T, opts Options) error {
	t.Helper()
	l, err := Open(opts)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.EnsureTopics(t.Context()); err != nil {
		return err
	}
	_, next, err := l.Bounds(t.Context(), Events, 2)
	if err != nil {
		return err
	}
	publishTo(t, openProducer(t, l, Events), 2, numbered(0, 3))
	if got := readUntil(t, openReader(t, l, 2, next), next+3); !slices.Equal(got, texts(0, 3)) {
		t.Errorf("got %q", got)
	}
	c := openCheckpoints(t, l, epochOf(t, l))
	save(t, c, 2, "two")
	expectState(t, c, 9, int64(2), "two")

	group := quickGroup(t, l)
	ctx, cancel := context.WithCancel(t.Context())
	committed, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		ended <- group.Run(ctx, func(ctx context.Context, a Assignment) error {
			if a.Partition == 2 {
				committed <- group.Commit(ctx, a, 3, "")
			}
			<-ctx.Done()
			return nil
		})
	}()
	select {
	case err = <-committed:
		cancel()
		return errors.Join(err, <-ended)
	case err = <-ended:
		cancel()
		return fmt.Errorf("the group ended before its commit: %w", err)
	}
}

func TestTLSAndSCRAMOnEveryPath(t *testing.T) {
	a := newAuthority(t)
	server := a.issue("broker", 2, "127.0.0.1", "kafka.example")
	a.issue("client", 3)
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	cluster := startBrokers(t, 1,
		kfake.TLS(&tls.Config{
			Certificates: []tls.Certificate{server}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert,
		}),
		kfake.EnableSASL(),
		kfake.Superuser(SASLScramSHA256, "vigie", "s3cret"),
		kfake.Superuser(SASLScramSHA512, "vigie512", "s3cret"),
		kfake.Superuser(SASLPlain, "plain", "s3cret"),
	)
	good := testOptions(cluster.ListenAddrs())
	good.TLS = TLSOptions{Enabled: true, CAFile: a.file("ca.pem"), CertFile: a.file("client.pem"), KeyFile: a.file("client.key")}
	good.SASL = SASLOptions{Mechanism: SASLScramSHA256, Username: "vigie", Password: "s3cret"}

	accepts := func(what string, change func(*Options)) {
		t.Helper()
		opts := good
		change(&opts)
		if err := roundTrip(t, opts); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	accepts("SCRAM-SHA-256", func(*Options) {})
	accepts("SCRAM-SHA-512", func(o *Options) { o.SASL.Mechanism, o.SASL.Username = SASLScramSHA512, "vigie512" })
	accepts("PLAIN under TLS", func(o *Options) { o.SASL.Mechanism, o.SASL.Username = SASLPlain, "plain" })
	accepts("a name that the certificate has", func(o *Options) { o.TLS.ServerName = "kafka.example" })
	accepts("no verification", func(o *Options) { o.TLS.CAFile, o.TLS.InsecureSkipVerify = "", true })

	refuses := func(what, says string, change func(*Options)) {
		t.Helper()
		opts := good
		change(&opts)
		l, err := Open(opts)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		_, err = l.TopicEpoch(t.Context())
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", what, err, says)
		}
		if says != "" && errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: is taken for a fault that passes: %v", what, err)
		}
	}
	refuses("a wrong password", "SASL", func(o *Options) { o.SASL.Password = "wrong" })
	refuses("an unknown authority", "tls.caFile", func(o *Options) { o.TLS.CAFile = "" })
	refuses("a name that the certificate has not", "tls.serverName", func(o *Options) { o.TLS.ServerName = "elsewhere.example" })
	refuses("no client certificate", "", func(o *Options) { o.TLS.CertFile, o.TLS.KeyFile = "", "" })
}
