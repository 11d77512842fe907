package bench_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/bench"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/server"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/token"
)

// The environment by which this binary becomes one of the two servers: hospes over a data directory, or the floor, which
// answers with the same bytes out of memory.
const (
	serveHospes = "HOSPES_BENCH_SERVE"
	serveFloor  = "HOSPES_BENCH_FLOOR"
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(serveHospes) != "":
		exit(hospesServer(os.Getenv(serveHospes)))
	case os.Getenv(serveFloor) != "":
		exit(floorServer(os.Getenv(serveFloor)))
	}
	os.Exit(m.Run())
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// listen serves until the standard input ends. It says its address on the standard output, and the processor time it has
// used at /usage.
func listen(handler http.Handler) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("/usage", func(w http.ResponseWriter, _ *http.Request) {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprint(w, u.Utime.Nano()+u.Stime.Nano())
	})
	s := &http.Server{Handler: mux}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // its end is the sign to stop
		_ = s.Close()
	}()
	fmt.Println(l.Addr())
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func hospesServer(dir string) error {
	i, err := server.Open(context.Background(), server.Options{DataDir: dir})
	if err != nil {
		return err
	}
	return errors.Join(listen(i.Handler()), i.Close())
}

// floorServer answers each path with the bytes of the file that has its name.
func floorServer(dir string) error {
	answers := map[string][]byte{}
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return err
		}
		path, err := url.QueryUnescape(f.Name())
		if err != nil {
			return err
		}
		answers[path] = text
	}
	return listen(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // as a server must that means to answer
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answers[r.URL.RequestURI()]) // a client that went away needs no answer
	}))
}

// process is one of the two servers.
type process struct {
	address string
	client  *http.Client
}

func start(b *testing.B, variable, value string) *process {
	b.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), variable+"="+value)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	check(b, err)
	out, err := cmd.StdoutPipe()
	check(b, err)
	check(b, cmd.Start())
	b.Cleanup(func() {
		_ = in.Close() // tells it to stop
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	var address string
	_, err = fmt.Fscanln(out, &address)
	check(b, err)
	return &process{address: "http://" + address, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64, DisableCompression: true}}}
}

func (p *process) usage() (time.Duration, error) {
	r, err := p.client.Get(p.address + "/usage")
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	return time.Duration(n), err
}

// request is one call, the same for both servers.
type request struct {
	method, path, body, contentType string
	header                          map[string]string
}

func (p *process) send(q request) ([]byte, error) {
	r, err := http.NewRequest(q.method, p.address+q.path, strings.NewReader(q.body))
	if err != nil {
		return nil, err
	}
	if q.contentType != "" {
		r.Header.Set("Content-Type", q.contentType)
	}
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s answers %d: %s", q.method, q.path, answer.StatusCode, text)
	}
	return text, err
}

// load is what n connections did.
type load struct {
	cpu      time.Duration // of the server, for one request
	rate     float64       // requests a second
	p50, p99 time.Duration
}

// drive sends so many requests over n connections, each taking the next one of the list.
func (p *process) drive(clock hospes.Clock, requests []request, n, count int) (load, error) {
	used, err := p.usage()
	if err != nil {
		return load{}, err
	}
	times := make([][]time.Duration, n)
	errs := make([]error, n)
	began := clock.Now()
	var wg sync.WaitGroup
	for k := range n {
		wg.Go(func() {
			for i := k; i < count; i += n {
				sent := clock.Now()
				if _, errs[k] = p.send(requests[i%len(requests)]); errs[k] != nil {
					return
				}
				times[k] = append(times[k], clock.Now().Sub(sent))
			}
		})
	}
	wg.Wait()
	wall := clock.Now().Sub(began)
	if err := errors.Join(errs...); err != nil {
		return load{}, err
	}
	now, err := p.usage()
	all := slices.Concat(times...)
	slices.SortFunc(all, cmp.Compare)
	return load{(now - used) / time.Duration(count), float64(count) / wall.Seconds(), all[len(all)/2], all[len(all)*99/100]}, err
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// tenantOf10000 makes a data directory with a tenant of 10,000 people and a client that may do everything in it.
func tenantOf10000(b *testing.B, dir string) (tenant hospes.TenantID, clientID, secret string, people []string) {
	ctx := context.Background()
	i, err := server.Open(ctx, server.Options{DataDir: dir})
	check(b, err)
	by := hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem}, Cause: hospes.CauseImport}
	random := hospes.SystemRandom()
	t, err := directory.CreateTenant(ctx, i.Store, random, by, hospes.Tenant{DisplayName: "Aurora", InitialDomain: "aurora.example"}, nil)
	check(b, err)
	text, digest, hint := token.NewSecret(random)
	var group hospes.Number
	check(b, i.Store.Update(ctx, store.Write{Tenant: t.ID, By: by}, func(tx store.Tx) error {
		g, err := directory.CreateGroup(tx, random, []hospes.Edit{
			{Property: hospes.GroupDisplayName, Value: hospes.String("All")}, {Property: hospes.GroupMailNickname, Value: hospes.String("all")},
			{Property: hospes.GroupMailEnabled, Value: hospes.False}, {Property: hospes.GroupSecurityEnabled, Value: hospes.True},
		})
		if err != nil {
			return err
		}
		group = g.Number
		app, err := directory.CreateApplication(tx, random, []hospes.Edit{{Property: hospes.ApplicationDisplayName, Value: hospes.String("Bench")}})
		if err != nil {
			return err
		}
		sp, err := directory.CreatePrincipal(tx, random, app, nil)
		if err != nil {
			return err
		}
		graph, err := store.FindHolder(tx, hospes.SpacePrincipal, token.GraphAppID)
		if err != nil {
			return err
		}
		for _, name := range []string{"User.Read.All", "Group.Read.All"} {
			p, _ := token.PermissionNamed(name)
			if _, err := directory.Assign(tx, random, graph, sp, p.ID); err != nil {
				return err
			}
		}
		clientID = app.Text(hospes.ApplicationAppID)
		return directory.AddSecret(tx, app, store.Credential{
			Owner: app.Number, KeyID: hospes.NewUUID(random), Kind: store.CredentialClientSecret, Digest: digest, Hint: hint, Starts: tx.Now(), Ends: tx.Now().AddDate(1, 0, 0),
		})
	}))
	check(b, bench.Fill(ctx, i.Store, store.Write{Tenant: t.ID, By: by, Bulk: true}, group, 10_000))
	check(b, i.Store.View(ctx, t.ID, func(r store.Reader) error {
		page, err := r.List(store.Query{Schema: hospes.UserSchema, Limit: 100})
		for _, d := range page.Documents {
			people = append(people, d.ID.String())
		}
		return err
	}))
	check(b, i.Close())
	return t.ID, clientID, text, people
}

// BenchmarkRequests compares hospes with a server that has the same answers in memory, each a process of its own, over
// plain HTTP.
func BenchmarkRequests(b *testing.B) {
	dir := b.TempDir()
	tenant, clientID, secret, people := tenantOf10000(b, dir)
	subject := start(b, serveHospes, dir)
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {clientID}, "client_secret": {secret}, "scope": {"https://graph.microsoft.com/.default"}}.Encode()
	issue := request{method: "POST", path: "/" + tenant.String() + "/oauth2/v2.0/token", body: form, contentType: "application/x-www-form-urlencoded"}
	text, err := subject.send(issue)
	check(b, err)
	var got struct {
		Token string `json:"access_token"`
	}
	check(b, json.Unmarshal(text, &got))
	bearer := map[string]string{"Authorization": "Bearer " + got.Token}
	reads := make([]request, len(people))
	steps := make([]string, 20)
	for i, id := range people {
		reads[i] = request{method: "GET", path: "/v1.0/users/" + id, header: bearer}
		if i < len(steps) {
			steps[i] = fmt.Sprintf(`{"id":"%d","method":"GET","url":"/users/%s"}`, i, id)
		}
	}
	workloads := []struct {
		name     string
		requests []request
		count    int
	}{
		{"GET user", reads, 20_000},
		{"page of 100", []request{{method: "GET", path: "/v1.0/users?$top=100", header: bearer}}, 4_000},
		{"filtered page", []request{{method: "GET", path: "/v1.0/users?$filter=" + url.QueryEscape("startswith(displayName,'A')") + "&$top=100", header: bearer}}, 4_000},
		{"token", []request{issue}, 2_000},
		{"batch of 20", []request{{method: "POST", path: "/v1.0/$batch", body: `{"requests":[` + strings.Join(steps, ",") + `]}`, contentType: "application/json", header: bearer}}, 1_000},
	}
	memory := b.TempDir()
	for _, w := range workloads {
		for _, q := range w.requests {
			text, err := subject.send(q)
			check(b, err)
			check(b, os.WriteFile(filepath.Join(memory, url.QueryEscape(q.path)), text, 0o600))
		}
	}
	floor := start(b, serveFloor, memory)
	clock := hospes.SystemClock{}
	for _, w := range workloads {
		for _, n := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("%s/%d connections", w.name, n), func(b *testing.B) {
				for b.Loop() {
					at, err := floor.drive(clock, w.requests, n, w.count)
					check(b, err)
					is, err := subject.drive(clock, w.requests, n, w.count)
					check(b, err)
					b.ReportMetric(float64(is.cpu.Nanoseconds())/1000, "cpu-us/op")
					b.ReportMetric(float64(at.cpu.Nanoseconds())/1000, "floor-cpu-us/op")
					b.ReportMetric(float64(is.cpu)/float64(at.cpu), "x-floor")
					b.ReportMetric(is.rate, "req/s")
					b.ReportMetric(at.rate, "floor-req/s")
					b.ReportMetric(float64(is.p50.Nanoseconds())/1000, "p50-us")
					b.ReportMetric(float64(is.p99.Nanoseconds())/1000, "p99-us")
				}
			})
		}
	}
	b.Run("list of 10000", func(b *testing.B) {
		for b.Loop() {
			used, err := subject.usage()
			check(b, err)
			const rounds = 10
			for range rounds {
				people := 0
				for path := "/v1.0/users?$top=999"; path != ""; {
					text, err := subject.send(request{method: "GET", path: path, header: bearer})
					check(b, err)
					var page struct {
						Next string `json:"@odata.nextLink"`
					}
					// only the head is read: the client's work is not what is measured
					head, _, _ := bytes.Cut(text, []byte(`"value":[`))
					check(b, json.Unmarshal(append(head, `"value":[]}`...), &page))
					people += bytes.Count(text, []byte(`"userPrincipalName":`))
					path = strings.TrimPrefix(page.Next, subject.address)
				}
				if people < 10_000 {
					b.Fatalf("the list has %d people", people)
				}
			}
			now, err := subject.usage()
			check(b, err)
			b.ReportMetric(float64((now-used).Microseconds())/1000/rounds, "cpu-ms/list")
		}
	})
}
