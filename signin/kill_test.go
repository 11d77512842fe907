package signin_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/fault/faulttest"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/token/tokentest"
)

// childRequest names the file of the request that a child process of the kill test answers.
const childRequest = "HOSPES_TEST_REQUEST"

// lastRequest is a form that a browser sends to a server that may die of it.
type lastRequest struct {
	File    string // the store
	Path    string
	Form    url.Values
	Cookies []*http.Cookie
	Elapsed time.Duration // since the clock of the tests began
}

// TestKillChild is the child: a server that answers one request.
func TestKillChild(t *testing.T) {
	file := os.Getenv(childRequest)
	if file == "" {
		return // this is the parent's run of the tests
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var q lastRequest
	if err := json.Unmarshal(text, &q); err != nil {
		t.Fatal(err)
	}
	w := &world{World: worldIn(t, q.File)}
	w.after(q).post(q.Path, q.Form)
}

// worldIn opens a world whose store is kept in a file.
func worldIn(t *testing.T, file string) *tokentest.World {
	t.Helper()
	return tokentest.NewOver(t, func(clock hospes.Clock) (*sqlstore.Store, error) {
		return sqlstore.OpenSQLite(ctx, file, sqlstore.Options{Clock: clock})
	})
}

// after serves as of the moment of a request, to the browser that sends it.
func (w *world) after(q lastRequest) *browser {
	w.Helper()
	tenants, err := w.Store.Tenants(ctx)
	if err != nil {
		w.Fatal(err)
	}
	for _, t := range tenants {
		if t.System {
			w.system = t
		}
	}
	w.Clock.Advance(q.Elapsed)
	w.serve()
	b := w.browser()
	b.client.Jar.SetCookies(origin(w), q.Cookies)
	return b
}

func origin(w *world) *url.URL {
	w.Helper()
	u, err := url.Parse(tokentest.Origin + "/")
	if err != nil {
		w.Fatal(err)
	}
	return u
}

// deadly is a request that a server may die of.
type deadly struct {
	from *browser
	path string
	form url.Values
	// check holds what is true after the restart. Of the request's commits, some were done.
	check func(t *testing.T, b *browser, done, of int)
}

// tokens sends the form again and gives how often a token came of it.
func (d deadly) tokens(b *browser, tries int) (n int) {
	b.Helper()
	for range tries {
		if a := b.redeem(d.path, d.form); a.str("access_token") != "" {
			n++
		}
	}
	return n
}

// accepts tells whether a password is right.
func (w *world) accepts(user *hospes.Object, secret string) bool {
	w.Helper()
	s := w.browser().get(w.authorizePath(), w.request(w.web)).submit("name", "name", user.Text(hospes.UserPrincipalName)).submit("password", "password", secret)
	return !strings.Contains(s.text, "The name or the password is wrong")
}

// deadlyRequests are made by those who prepare them.
var deadlyRequests = map[string]func(*testing.T, *world) deadly{
	"a code is redeemed": func(_ *testing.T, w *world) deadly {
		b := w.browser()
		d := deadly{from: b, path: w.tokenPath(), form: w.codeForm(w.web, b.code(w.anna, w.request(w.web)).Get("code"))}
		d.check = func(t *testing.T, b *browser, done, _ int) {
			if n := d.tokens(b, 2); n > 1 || (n == 1) != (done == 0) {
				t.Errorf("the code is good %d times more", n)
			}
			b.redeem(d.path, d.form).refuses(t, 400, "invalid_grant", "54005")
		}
		return d
	},
	"a refresh token is rotated": func(_ *testing.T, w *world) deadly {
		b := w.browser()
		d := deadly{from: b, path: w.tokenPath(), form: w.refreshForm(w.web, b.refreshed())}
		d.check = func(t *testing.T, b *browser, _, _ int) {
			next := b.redeem(d.path, d.form)
			after := b.redeem(d.path, b.refreshForm(b.web, next.str("refresh_token")))
			if next.status != http.StatusOK || after.status != http.StatusOK {
				t.Fatalf("the client goes on with %v, then %v", next.body, after.body)
			}
			b.Clock.Advance(11 * time.Minute)
			b.redeem(d.path, d.form).refuses(t, 400, "invalid_grant", "70000")
			b.redeem(d.path, b.refreshForm(b.web, after.str("refresh_token"))).refuses(t, 400, "invalid_grant", "70000")
		}
		return d
	},
	"a device is approved": func(_ *testing.T, w *world) deadly {
		b := w.browser()
		device := b.device("/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode")
		d := deadly{from: b, path: "/signin", form: b.get("/devicelogin", nil).submit("usercode", "usercode", device.str("user_code")).signIn(w.anna).submit("accept").filled("confirm")}
		asks := deadly{path: w.tokenPath(), form: w.pollForm(longGrant, device.str("device_code"))}
		d.check = func(t *testing.T, b *browser, done, _ int) {
			if done == 0 {
				b.redeem(asks.path, asks.form).refuses(t, 400, "authorization_pending", "70016")
				b.post(d.path, d.form).shows("You are signed in to Pocket")
			}
			if n := asks.tokens(b, 2); n != 1 {
				t.Errorf("the device is answered %d times", n)
			}
		}
		return d
	},
	"an approved device asks": func(_ *testing.T, w *world) deadly {
		b := w.browser()
		device := b.device("/" + w.aurora.ID.String() + "/oauth2/v2.0/devicecode")
		b.get("/devicelogin", nil).submit("usercode", "usercode", device.str("user_code")).signIn(w.anna).submit("accept").submit("confirm").shows("You are signed in")
		d := deadly{from: b, path: w.tokenPath(), form: w.pollForm(longGrant, device.str("device_code"))}
		d.check = func(t *testing.T, b *browser, done, _ int) {
			if n := d.tokens(b, 2); n > 1 || (n == 1) != (done == 0) {
				t.Errorf("the device is answered %d times more", n)
			}
			b.redeem(d.path, d.form).refuses(t, 400, "bad_verification_code", "70018")
		}
		return d
	},
	"a one-time code is used": func(t *testing.T, w *world) deadly {
		w.policy(w.aurora, hospes.MultifactorAll)
		enrol := w.browser().get(w.authorizePath(), w.request(w.web)).signIn(w.anna)
		secret := key(enrol)
		enrol.submit("enrol", "code", code(t, secret, w.Clock.Now())).submit("accept").sent(webURI)
		w.Clock.Advance(time.Minute)
		used := code(t, secret, w.Clock.Now())
		b := w.browser()
		d := deadly{from: b, path: "/signin", form: b.get(w.authorizePath(), w.request(w.web)).signIn(w.anna).filled("code", "code", used)}
		d.check = func(t *testing.T, b *browser, done, _ int) {
			if done == 0 {
				b.post(d.path, d.form).sent(webURI)
			}
			page := b.world.browser().get(b.authorizePath(), b.request(b.web)).signIn(b.anna)
			page.submit("code", "code", used).shows("The code is wrong")
			b.Clock.Advance(time.Minute)
			page.submit("code", "code", code(t, secret, b.Clock.Now())).sent(webURI)
		}
		return d
	},
	"a password is changed": func(_ *testing.T, w *world) deadly {
		const next = "Another-Horse-8"
		carl := w.user(w.aurora, "carl", true)
		b := w.browser()
		d := deadly{from: b, path: "/signin", form: b.get(w.authorizePath(), w.request(w.web)).signIn(carl).filled("change", "password", password, "new", next, "again", next)}
		d.check = func(t *testing.T, b *browser, done, of int) {
			before, after := b.accepts(carl, password), b.accepts(carl, next)
			if before == after || done == 0 && !before || done == of && !after {
				t.Errorf("the old password is right: %v, the new one: %v", before, after)
			}
		}
		return d
	},
	"a wrong password locks": func(_ *testing.T, w *world) deadly {
		const wrong = "Wrong-Horse-7"
		b := w.browser()
		page := b.get(w.authorizePath(), w.request(w.web)).submit("name", "name", w.anna.Text(hospes.UserPrincipalName))
		for range 9 {
			page.submit("password", "password", wrong).shows("The name or the password is wrong")
		}
		d := deadly{from: b, path: "/signin", form: page.filled("password", "password", wrong)}
		d.check = func(_ *testing.T, b *browser, done, _ int) {
			if done == 0 {
				b.post(d.path, d.form).shows("The name or the password is wrong")
			}
			b.post(d.path, with(maps.Clone(d.form), "password", password)).shows("too many wrong attempts")
		}
		return d
	},
}

// TestKill_SignInsThatAreKilledAtAnyCommit kills a server beside each commit of a request, and looks at what is true after
// the restart: nothing is good twice, nobody is let in who was locked out, and who had a right to go on goes on.
func TestKill_SignInsThatAreKilledAtAnyCommit(t *testing.T) {
	child := faulttest.Build(t)
	for name, prepare := range deadlyRequests {
		t.Run(name, func(t *testing.T) {
			var before *world
			var d deadly
			file := filepath.Join(t.TempDir(), "hospes.db")
			t.Run("prepare", func(t *testing.T) { // whose end closes the store
				before = newWorldOver(worldIn(t, file))
				d = prepare(t, before)
			})
			q := lastRequest{Path: d.path, Form: d.form, Cookies: d.from.client.Jar.Cookies(origin(before)), Elapsed: before.Clock.Now().Sub(tokentest.Start)}
			trace := filepath.Join(t.TempDir(), "trace")
			q.File = faulttest.Copy(t, file)
			q.served(t, child, "HOSPES_FAULT_TRACE="+trace)
			passages := faulttest.Passages(t, trace)
			commits := passages["store.afterCommit"]
			if commits == 0 || passages["store.beforeCommit"] != commits {
				t.Fatalf("the request passes %v", passages)
			}
			for n := range commits {
				for point, done := range map[string]int{"store.beforeCommit": n, "store.afterCommit": n + 1} {
					t.Run(fmt.Sprintf("%s/%d", point, n+1), func(t *testing.T) {
						q := q
						q.File = faulttest.Copy(t, file)
						if !q.served(t, child, fmt.Sprintf("HOSPES_FAULT=%s=kill@%d", point, n+1)) {
							t.Fatal("the server was not killed")
						}
						after := *before
						after.World = worldIn(t, q.File)
						d.check(t, after.after(q), done, commits)
					})
				}
			}
		})
	}
}

// served lets a child answer the request and tells whether it was killed.
func (q lastRequest) served(t *testing.T, child faulttest.Child, environment string) (killed bool) {
	t.Helper()
	text, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return child.Run(t, childRequest+"="+file, environment)
}
