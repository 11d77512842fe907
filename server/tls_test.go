package server_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/server"
)

// served runs an instance and answers where.
func served(t *testing.T, i *server.Instance, listen server.Listen) (address string) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	listen.Address = "127.0.0.1:0"
	go func() { ended <- i.Serve(ctx, listen, func(url string) { ready <- url }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case text := <-ready:
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return u.Host
	case err := <-ended:
		ended <- nil
		t.Fatal(err)
		return ""
	}
}

// shown gives the certificate that a new connection is shown.
func shown(t *testing.T, address string) *x509.Certificate {
	t.Helper()
	conn, err := tls.DialWithDialer(&net.Dialer{}, "tcp", address, &tls.Config{InsecureSkipVerify: true}) // which one it is, is what is looked at
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0]
}

// pair writes a self-signed certificate and its key.
func pair(t *testing.T, dir, name string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name}, NotAfter: time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: keyDER}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

func TestCertificatesOfFilesAreReplacedWithoutARestart(t *testing.T) {
	i, clock := opened(t)
	dir := t.TempDir()
	certificate, key := pair(t, dir, "first")
	address := served(t, i, server.Listen{Certificate: certificate, Key: key})
	name := func() string { return shown(t, address).Subject.CommonName }
	if name() != "first" {
		t.Fatalf("the certificate is %s", name())
	}
	pair(t, dir, "the second")
	clock.Advance(2 * time.Second)
	if name() != "the second" {
		t.Errorf("after the files changed it is %s", name())
	}
	// what cannot be used changes nothing, and neither do files that are gone
	if err := os.WriteFile(key, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Second)
	if name() != "the second" {
		t.Errorf("a broken key is in use: %s", name())
	}
	if err := os.Remove(certificate); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Second)
	if name() != "the second" {
		t.Errorf("without the file it is %s", name())
	}
	pair(t, dir, "and a third")
	clock.Advance(2 * time.Second)
	if name() != "and a third" {
		t.Errorf("after a good pair came it is %s", name())
	}
}

func TestOwnCertificatesAreRenewedBeforeTheyEnd(t *testing.T) {
	i, clock := opened(t)
	address := served(t, i, server.Listen{})
	first := shown(t, address)
	if err := first.VerifyHostname("localhost"); err != nil {
		t.Error(err)
	}
	clock.Advance(100 * 24 * time.Hour)
	if !shown(t, address).Equal(first) {
		t.Error("a certificate that is good for a long time yet was replaced")
	}
	clock.Advance(200 * 24 * time.Hour)
	next := shown(t, address)
	if next.Equal(first) || !next.NotAfter.After(first.NotAfter) {
		t.Errorf("the certificate that ends on %s was not renewed", first.NotAfter)
	}
}

func TestServeRefusesHalfACertificate(t *testing.T) {
	i, _ := opened(t)
	err := i.Serve(t.Context(), server.Listen{Address: "127.0.0.1:0", Certificate: "cert.pem"}, func(string) {})
	if hospes.KindOf(err) != hospes.KindInvalid {
		t.Errorf("a certificate without its key: %v", err)
	}
	err = i.Serve(t.Context(), server.Listen{Address: "127.0.0.1:0", Certificate: "/nowhere/cert.pem", Key: "/nowhere/key.pem"}, func(string) {})
	if hospes.KindOf(err) != hospes.KindInvalid {
		t.Errorf("files that are not there: %v", err)
	}
}
