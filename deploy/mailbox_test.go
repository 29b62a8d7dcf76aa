// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// letter is a mail that arrived.
type letter struct {
	to, subject string
	parts       map[string]string // by media type
}

// mailbox is a mail server that keeps what it is given.
type mailbox struct {
	addr    string
	arrived chan letter
}

func startMailbox(t *testing.T) *mailbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	m := &mailbox{addr: listener.Addr().String(), arrived: make(chan letter, 16)}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed: the test is over
			}
			go func() {
				if err := m.serve(textproto.NewConn(conn)); err != nil && !hungUp(err) {
					t.Errorf("mail server: %v", err)
				}
			}()
		}
	}()
	return m
}

// hungUp tells whether the sender was stopped in the middle. A letter that is cut off so does not arrive, and is missed by who
// waits for it.
func hungUp(err error) bool {
	var broken *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &broken)
}

// serve speaks as much SMTP (RFC 5321) as it takes to be given a mail.
func (m *mailbox) serve(c *textproto.Conn) error {
	defer c.Close()
	if err := c.PrintfLine("220 test"); err != nil {
		return err
	}
	for {
		line, err := c.ReadLine()
		if err != nil {
			return err
		}
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch verb {
		case "DATA":
			if err := c.PrintfLine("354 go on"); err != nil {
				return err
			}
			read, err := readLetter(c.DotReader())
			if err != nil {
				return err
			}
			m.arrived <- read
			err = c.PrintfLine("250 taken")
			if err != nil {
				return err
			}
		case "QUIT":
			return c.PrintfLine("221 bye")
		default:
			if err := c.PrintfLine("250 ok"); err != nil {
				return err
			}
		}
	}
}

func readLetter(r io.Reader) (letter, error) {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return letter{}, err
	}
	l := letter{to: message.Header.Get("To"), parts: map[string]string{}}
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")); err != nil {
		return l, err
	}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return l, err
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return l, err
		}
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		l.parts[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

// await gives the mail to somebody; those that came before it for others are kept in seen.
func (m *mailbox) await(t *testing.T, to string, seen map[string]letter) letter {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		if l, ok := seen[to]; ok {
			return l
		}
		select {
		case l := <-m.arrived:
			seen[l.to] = l
		case <-limit:
			t.Fatalf("no mail to %s in a minute; came: %v", to, seen)
		}
	}
}
