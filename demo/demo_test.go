package demo_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/demo"
	"github.com/hospes-dev/hospes/server"
)

// run starts a server over dir, runs the demo of two tenants against it and stops it again.
func run(t *testing.T, dir string, users int) (demo.Report, string) {
	t.Helper()
	return runMany(t, dir, users, 2)
}

// runMany is run with more tenants.
func runMany(t *testing.T, dir string, users, tenants int) (demo.Report, string) {
	t.Helper()
	report, text, err := attempt(t, dir, users, tenants, func(string, int64) bool { return true })
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return report, text
}

// attempt is runMany that breaks off when the progress is not to go on.
func attempt(t *testing.T, dir string, users, tenants int, goOn func(label string, done int64) bool) (demo.Report, string, error) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	i, err := server.Open(ctx, server.Options{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- i.Serve(ctx, server.Listen{Address: "127.0.0.1:0"}, func(url string) { ready <- url })
	}()
	var base string
	select {
	case base = <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	pem, err := os.ReadFile(i.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(pem)
	var out strings.Builder
	running, giveUp := context.WithCancel(ctx)
	defer giveUp()
	report, err := demo.Run(running, demo.Options{
		Dir: dir, BaseURL: base, CA: i.CAFile(), Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}},
		Operator: func(tenant hospes.TenantID) http.RoundTripper { return i.Operator(tenant) },
		Users:    users, Tenants: tenants, Clock: hospes.SystemClock{}, Random: hospes.SystemRandom(), Out: &out, Progress: func(label string, done, _ int64) {
			if !goOn(label, done) {
				giveUp()
			}
		},
	})
	stop()
	if served := <-ended; served != nil {
		t.Errorf("the server ended with %v", served)
	}
	if closed := i.Close(); closed != nil {
		t.Errorf("closing gave %v", closed)
	}
	return report, out.String(), err
}

func TestDemo_GeneratedPeopleAllArriveAndASecondRunChangesNothing(t *testing.T) {
	dir := t.TempDir()
	report, text := run(t, dir, 300)
	if c := report.Cycle; c.Created != 300 || c.Failed != 0 || c.Skipped != 1 || c.Users != 301 || c.Kind != "initial" {
		t.Errorf("cycle is %+v\n%s", c, text)
	}
	again, text := run(t, dir, 300)
	if c := again.Cycle; c.Created != 0 || c.Updated != 0 || c.Failed != 0 {
		t.Errorf("the second cycle is %+v\n%s", c, text)
	}
	if again.Source != report.Source || again.Target.ClientSecret != report.Target.ClientSecret || again.JobID != report.JobID {
		t.Error("the second run has other credentials or another job")
	}
}

func TestDemo_TheBundledSample(t *testing.T) {
	report, text := run(t, t.TempDir(), 0)
	// 320 people, of whom 16 are disabled and so never created; the administrator is not in the group.
	if c := report.Cycle; c.Created != 304 || c.Failed != 0 {
		t.Errorf("cycle is %+v\n%s", c, text)
	}
	for _, step := range []string{"Step  2", "Step  7", "Step 11", "Step 12", "Step 13", "Step 14"} {
		if !strings.Contains(text, step) {
			t.Errorf("%s is not told of:\n%s", step, text)
		}
	}
}
