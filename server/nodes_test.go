package server_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/demo"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/internal/pgtest"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestNodes_AChangeThroughOneNodeWakesTheSchedulerOfTheOther opens two servers over one PostgreSQL, of which only the
// second runs jobs in the end, and makes a person through the first.
func TestNodes_AChangeThroughOneNodeWakesTheSchedulerOfTheOther(t *testing.T) {
	ctx := t.Context()
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		t.Fatal(err)
	}
	dsn := pgtest.Database(t)
	open := func() *server.Instance {
		i, err := server.Open(ctx, server.Options{DataDir: t.TempDir(), Postgres: dsn, MasterKey: base64.StdEncoding.EncodeToString(key)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := i.Close(); err != nil {
				t.Error(err)
			}
		})
		return i
	}
	first, second := open(), open()
	report := connect(t, first)
	source, _ := hospes.ParseTenantID(report.Source.TenantID)
	target, err := second.Store.TenantOfDomain(ctx, report.Target.Domain)
	if err != nil {
		t.Fatal(err)
	}
	_, stop := serve(t, second)
	defer stop()
	changed, release := second.Store.Watch()
	defer release()

	c, err := graphclient.New(graphclient.Options{Base: "https://localhost", Transport: first.Operator(source)})
	if err != nil {
		t.Fatal(err)
	}
	var person struct{ ID string }
	err = c.Post(ctx, "/v1.0/users", map[string]any{
		"accountEnabled": true, "displayName": "Late Comer", "mailNickname": "late", "userPrincipalName": "late@" + report.Source.Domain, "mail": "late@" + report.Source.Domain,
		"passwordProfile": map[string]any{"password": "Aa1-something-long"},
	}, &person)
	if err != nil {
		t.Fatal(err)
	}
	member := map[string]any{"@odata.id": "https://localhost/v1.0/directoryObjects/" + person.ID}
	if err := c.Post(ctx, "/v1.0/groups/"+report.Source.GroupID+"/members/$ref", member, nil); err != nil {
		t.Fatal(err)
	}

	twin := "late_" + report.Source.Domain + "#EXT#@" + report.Target.InitialDomain
	for deadline := time.After(5 * time.Minute); ; {
		err := second.Store.View(ctx, target.ID, func(r store.Reader) error {
			_, err := store.FindHolder(r, hospes.SpaceUPN, hospes.Fold(twin))
			return err
		})
		if err == nil {
			return
		}
		if hospes.KindOf(err) != hospes.KindNotFound {
			t.Fatal(err)
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatal("the person never came to the target")
		}
	}
}

// serve runs a server until stop, which waits for its end.
func serve(t *testing.T, i *server.Instance) (base string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- i.Serve(ctx, server.Listen{Address: "127.0.0.1:0"}, func(url string) { ready <- url })
	}()
	select {
	case base = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	return base, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// connect makes the two tenants of the demo, with a job that is up to date, and stops the scheduler that did it.
func connect(t *testing.T, i *server.Instance) demo.Report {
	t.Helper()
	base, stop := serve(t, i)
	defer stop()
	pem, err := os.ReadFile(i.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(pem)
	report, err := demo.Run(t.Context(), demo.Options{
		Dir: t.TempDir(), BaseURL: base, CA: i.CAFile(), Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}},
		Operator: func(tenant hospes.TenantID) http.RoundTripper { return i.Operator(tenant) },
		Users:    5, Clock: hospes.SystemClock{}, Random: hospes.SystemRandom(), Out: io.Discard, Progress: func(string, int64, int64) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	return report
}
