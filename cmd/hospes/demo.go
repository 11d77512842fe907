package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/demo"
	"github.com/hospes-dev/hospes/internal/progress"
	"github.com/hospes-dev/hospes/server"
)

// demoFlags are those of the demo.
type demoFlags struct {
	listen, plain, ldif, json string
	users, tenants            int
	exit                      bool
}

// demoCommand does the main job on real input and goes on serving.
func (c *cli) demoCommand() *cobra.Command {
	var f demoFlags
	cmd := c.verb("demo", "Import a directory, connect two tenants and synchronize them, then go on serving",
		"hospes demo --data ./data\nhospes demo --data ./data --users 20000 --json demo.json --exit\nhospes demo --data ./hub --tenants 14 --exit",
		func(ctx context.Context, _ []string) error { return c.demo(ctx, f) })
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", defaultListen, "`ADDRESS` to serve HTTPS at")
	flags.StringVar(&f.plain, "http", "", "loopback `ADDRESS` to serve plain HTTP at as well")
	flags.StringVar(&f.ldif, "ldif", "", "`FILE` of people to import, instead of the bundled sample")
	flags.StringVar(&f.json, "json", "", "`FILE` to write the addresses and credentials to, when the cycle is done")
	flags.IntVar(&f.users, "users", 0, "number of people to generate, instead of the bundled sample")
	flags.IntVar(&f.tenants, "tenants", 2, fmt.Sprintf("number of tenants, at most %d: a hub whose people are synchronized into all others, and back from some", demo.MaxTenants))
	flags.BoolVar(&f.exit, "exit", false, "stop after the cycle")
	cmd.MarkFlagsMutuallyExclusive("users", "ldif")
	return cmd
}

func (c *cli) demo(ctx context.Context, f demoFlags) error {
	if f.users < 0 {
		return usagef("--users takes a number above zero")
	}
	if f.tenants < 2 || f.tenants > demo.MaxTenants {
		return usagef("--tenants takes a number from 2 to %d", demo.MaxTenants)
	}
	if f.exit && f.listen == defaultListen {
		f.listen = "localhost:0" // nobody has to find a server that is gone in a moment
	}
	i, err := c.open(ctx)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- i.Serve(ctx, server.Listen{Address: f.listen, Plain: f.plain}, func(url string) { ready <- url })
	}()
	var url string
	select {
	case url = <-ready:
	case err := <-ended:
		return err
	}
	report, err := c.runDemo(ctx, i, url, f)
	if err == nil && f.json != "" {
		err = demo.WriteJSON(f.json, report)
	}
	if err != nil {
		stop()
		return errors.Join(err, <-ended)
	}
	c.tellPatients(report, f.exit)
	if f.exit {
		stop()
		return <-ended
	}
	fmt.Fprintf(c.out, `
Serving at %s; stop with Ctrl-C. To look around in Borealis from another terminal:
  export HOSPES_SERVER=%s HOSPES_CA=%s HOSPES_TENANT=%s HOSPES_CLIENT_ID=%s
  export HOSPES_CLIENT_SECRET="%s"
  hospes user list --top 5
`, url, url, report.CA, report.Target.TenantID, report.Target.ClientID, readSecret(report, report.Target))
	return <-ended
}

// tellPatients says how to ask the doctor about whoever is not where they should be. A data directory that is being
// served is asked through its server.
func (c *cli) tellPatients(report demo.Report, exit bool) {
	if len(report.Patients) == 0 {
		return
	}
	fmt.Fprintln(c.out, "\nWho is not where they should be, and why:")
	for _, who := range report.Patients {
		where := "--data " + c.flags.data
		for _, t := range report.Tenants {
			if !exit && t.Domain == who.Domain {
				where = fmt.Sprintf(`--server %s --ca %s --client-id %s --client-secret "%s"`, report.BaseURL, report.CA, t.ClientID, readSecret(report, t))
			}
		}
		fmt.Fprintf(c.out, "  hospes doctor %s --tenant %s %s\n", who.UserPrincipalName, who.Domain, where)
	}
}

// readSecret is what a shell reads the secret of a tenant's client with; it stands behind the client's id in the file.
func readSecret(report demo.Report, side demo.Side) string {
	return fmt.Sprintf(`$(sed -n '/%s/{n;s/.*: "\(.*\)".*/\1/p}' %s)`, side.ClientID, filepath.Join(filepath.Dir(report.CA), "demo.json"))
}

// runDemo runs the demo against the server that has just come up in this process.
func (c *cli) runDemo(ctx context.Context, i *server.Instance, url string, f demoFlags) (demo.Report, error) {
	pem, err := os.ReadFile(i.CAFile())
	if err != nil {
		return demo.Report{}, err
	}
	trust := x509.NewCertPool()
	trust.AppendCertsFromPEM(pem)
	ca, err := filepath.Abs(i.CAFile())
	if err != nil {
		return demo.Report{}, err
	}
	bars := &demoBars{cli: c}
	o := demo.Options{
		Dir: c.flags.data, BaseURL: url, CA: ca, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust, MinVersion: tls.VersionTLS12}},
		Operator: func(t hospes.TenantID) http.RoundTripper { return i.Operator(t) },
		Users:    f.users, Tenants: f.tenants, Name: f.ldif, Clock: c.clock, Random: c.random, Out: bars, Progress: bars.show,
	}
	if f.ldif != "" {
		file, err := os.Open(f.ldif)
		if err != nil {
			return demo.Report{}, usagef("%s cannot be opened: %v", f.ldif, err)
		}
		defer func() { _ = file.Close() }() // it is only read
		o.LDIF = file
	}
	return demo.Run(ctx, o)
}

// demoBars shows one progress bar after the other, and lines in between.
type demoBars struct {
	cli   *cli
	label string
	bar   *progress.Bar
}

func (b *demoBars) show(label string, done, total int64) {
	if b.bar == nil || b.label != label {
		b.finish()
		unit := progress.Items
		if label == "Importing people" {
			unit = progress.Bytes
		}
		b.label, b.bar = label, b.cli.bar(label, unit, total)
	}
	b.bar.SetTotal(total)
	b.bar.Set(done)
}

func (b *demoBars) finish() {
	if b.bar != nil {
		b.bar.Done()
		b.bar = nil
	}
}

// Write implements io.Writer: a line ends the bar that is being shown.
func (b *demoBars) Write(line []byte) (int, error) {
	b.finish()
	return b.cli.out.Write(line)
}
