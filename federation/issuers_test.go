package federation_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/federation"
)

const issuer = "https://issuer.example/team"

var (
	ctx    = context.Background()
	tenant = hospes.NewTenantID(hospes.SystemRandom())
	start  = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

// web is what issuers publish: texts by address. It notes what was asked for.
type web struct {
	mu      sync.Mutex
	pages   map[string]string
	asked   []string
	arrived chan string   // of who asks, where somebody listens
	gate    chan struct{} // closed where answers need not wait
}

func (w *web) Get(ctx context.Context, url string, limit int64) ([]byte, error) {
	w.mu.Lock()
	w.asked = append(w.asked, url)
	text, ok := w.pages[url]
	arrived, gate := w.arrived, w.gate
	w.mu.Unlock()
	if arrived != nil {
		arrived <- url
		<-gate
	}
	if !ok || int64(len(text)) > limit {
		return nil, &hospes.Error{Kind: hospes.KindUnavailable, Message: "nobody is there", Err: ctx.Err()}
	}
	return []byte(text), nil
}

func (w *web) put(url, text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[url] = text
}

func (w *web) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.asked)
}

// publish makes an issuer with keys of these ids.
func (w *web) publish(t testing.TB, name string, keys map[string]crypto.PublicKey) {
	t.Helper()
	var set jose.JSONWebKeySet
	for id, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k, KeyID: id, Use: "sig"})
	}
	text, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	base := strings.TrimSuffix(name, "/")
	w.put(base+"/.well-known/openid-configuration", fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, name, base+"/keys"))
	w.put(base+"/keys", string(text))
}

func pair(t testing.TB) crypto.PublicKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k.Public()
}

func world() (*web, *hospes.ManualClock, *federation.Issuers) {
	w, clock := &web{pages: map[string]string{}}, hospes.NewManualClock(start)
	return w, clock, federation.New(federation.Config{Fetcher: w, Clock: clock})
}

// TestWire6_3_Federated_KeysAreHeld: an issuer is asked when its keys are not known or an hour old, not more often than
// twice a minute, and its keys are good for a day while it is away.
func TestWire6_3_Federated_KeysAreHeld(t *testing.T) {
	w, clock, issuers := world()
	first, second := pair(t), pair(t)
	w.publish(t, issuer, map[string]crypto.PublicKey{"1": first})
	has := func(what, id string, want crypto.PublicKey, kind hospes.Kind, questions int) {
		t.Helper()
		keys, err := issuers.Keys(ctx, tenant, issuer, id)
		switch {
		case want != nil && (err != nil || len(keys) != 1 || !want.(*ecdsa.PublicKey).Equal(keys[0])):
			t.Errorf("%s: %v, %v", what, keys, err)
		case want == nil && (err == nil || hospes.KindOf(err) != kind):
			t.Errorf("%s: %v, %v", what, keys, err)
		}
		if n := w.count(); n != questions {
			t.Errorf("%s: %d questions, want %d", what, n, questions)
		}
	}
	has("the first time", "1", first, 0, 2)
	has("again", "1", first, 0, 2)
	for i := range 100 {
		has("a flood of unknown ids", fmt.Sprint("x", i), nil, hospes.KindNotFound, 2)
	}
	w.publish(t, issuer, map[string]crypto.PublicKey{"1": first, "2": second})
	has("a new key at once", "2", nil, hospes.KindNotFound, 2)
	clock.Advance(30 * time.Second)
	has("a new key", "2", second, 0, 4)
	has("the older one", "1", first, 0, 4)
	if keys, err := issuers.Keys(ctx, tenant, issuer, ""); err != nil || len(keys) != 2 {
		t.Errorf("without an id: %v, %v", keys, err)
	}
	clock.Advance(59 * time.Minute)
	has("within an hour", "1", first, 0, 4)
	clock.Advance(2 * time.Minute)
	has("after an hour", "1", first, 0, 6)
	w.publish(t, issuer, map[string]crypto.PublicKey{"2": second})
	clock.Advance(time.Hour)
	has("one that was taken back", "1", nil, hospes.KindNotFound, 8)
	w.put(issuer+"/.well-known/openid-configuration", "gone")
	clock.Advance(time.Hour)
	has("the issuer is away", "2", second, 0, 9)
	has("it is not asked again at once", "2", second, 0, 9)
	has("another key", "3", nil, hospes.KindUnavailable, 9)
	clock.Advance(24 * time.Hour)
	has("away for a day", "2", nil, hospes.KindUnavailable, 10)
	w.publish(t, issuer, map[string]crypto.PublicKey{"2": second})
	has("it is not asked at once", "2", nil, hospes.KindUnavailable, 10)
	clock.Advance(time.Minute)
	has("back", "2", second, 0, 12)
}

// TestWire6_3_Federated_SlowIssuersAreNobodyElsesMatter: while one is asked, those wait who need its keys, and nobody who has
// them or needs another's. Those who wait ask once.
func TestWire6_3_Federated_SlowIssuersAreNobodyElsesMatter(t *testing.T) {
	w, clock, issuers := world()
	key := pair(t)
	w.publish(t, issuer, map[string]crypto.PublicKey{"1": key})
	if _, err := issuers.Keys(ctx, tenant, issuer, "1"); err != nil {
		t.Fatal(err)
	}
	clock.Advance(2 * time.Hour) // its keys are old
	w.mu.Lock()
	w.arrived, w.gate = make(chan string, 100), make(chan struct{})
	w.mu.Unlock()
	answers := make(chan error)
	ask := func(ctx context.Context, name, id string) {
		_, err := issuers.Keys(ctx, tenant, name, id)
		answers <- err
	}
	go ask(ctx, issuer, "1")
	<-w.arrived // the slow one is being asked
	if keys, err := issuers.Keys(ctx, tenant, issuer, "1"); err != nil || len(keys) != 1 {
		t.Errorf("who has the key waits, or is refused: %v, %v", keys, err)
	}
	gone, leave := context.WithCancel(ctx)
	go ask(gone, issuer, "unknown")
	leave()
	if err := <-answers; !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone waits: %v", err)
	}
	for i := range 3 { // others that never answer, until the tenant has as many as it may
		go ask(ctx, fmt.Sprintf("https://slow%d.example", i), "1")
		<-w.arrived
	}
	if _, err := issuers.Keys(ctx, tenant, "https://slow9.example", "1"); hospes.KindOf(err) != hospes.KindThrottled {
		t.Errorf("one more for the tenant: %v", err)
	}
	w.publish(t, "https://other.example", map[string]crypto.PublicKey{"1": key})
	go func() {
		_, err := issuers.Keys(ctx, hospes.NewTenantID(hospes.SystemRandom()), "https://other.example", "1")
		answers <- err
	}()
	if at := <-w.arrived; !strings.HasPrefix(at, "https://other.example") {
		t.Errorf("another tenant's issuer waits for %s", at)
	}
	for range 10 {
		go ask(ctx, issuer, "unknown")
	}
	close(w.gate)
	failed := 0
	for range 1 + 3 + 1 + 10 {
		if err := <-answers; err != nil {
			failed++
		}
	}
	if failed != 3+10 { // the slow ones, which are not there, and the unknown key
		t.Errorf("%d fail", failed)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for url, want := range map[string]int{issuer + "/keys": 2, "https://slow0.example/.well-known/openid-configuration": 1} {
		n := 0
		for _, asked := range w.asked {
			if asked == url {
				n++
			}
		}
		if n != want {
			t.Errorf("%s was asked %d times, want %d", url, n, want)
		}
	}
}

// TestWire6_3_Federated_WhatIssuersSay: a document that is another's, or that cannot be read, is not believed, and of a key
// set only what is strong enough.
func TestWire6_3_Federated_WhatIssuersSay(t *testing.T) {
	good := pair(t).(*ecdsa.PublicKey)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key := func(id, use string, k any) string {
		text, err := json.Marshal(jose.JSONWebKey{Key: k, KeyID: id, Use: use})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	huge := func(bits, exponent int) *rsa.PublicKey {
		return &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), bits-1, 1), E: exponent}
	}
	many := strings.Repeat(key("1", "sig", good)+",", 100) + key("1", "sig", good)
	document := fmt.Sprintf(`{"issuer":%q,"jwks_uri":"https://issuer.example/keys"}`, issuer)
	for _, test := range []struct {
		name, document, keys string
		found                bool
	}{
		{"sound", document, `{"keys":[` + key("1", "sig", good) + `]}`, true},
		{"no use", document, `{"keys":[` + key("1", "", good) + `]}`, true},
		{"among others", document, `{"keys":[{"kty":"new"},7,"x",null,{},` + key("1", "sig", small.Public()) + `,` + key("1", "sig", good) + `]}`, true},
		{"for encryption", document, `{"keys":[` + key("1", "enc", good) + `]}`, false},
		{"weak", document, `{"keys":[` + key("1", "sig", small.Public()) + `]}`, false},
		{"so large that it costs much", document, `{"keys":[` + key("1", "sig", huge(5000, 1<<16+1)) + `]}`, false},
		{"with an exponent that costs much", document, `{"keys":[` + key("1", "sig", huge(2048, 1<<31-1)) + `]}`, false},
		{"another curve", document, `{"keys":[` + key("1", "sig", other.Public()) + `]}`, false},
		{"private", document, `{"keys":[` + key("1", "sig", private) + `]}`, false},
		{"a secret", document, `{"keys":[{"kty":"oct","kid":"1","k":"c2VjcmV0"}]}`, false},
		{"no keys", document, `{"keys":[]}`, false},
		{"too many", document, `{"keys":[` + many + `]}`, false},
		{"no key set", document, `[]`, false},
		{"cut off", document, `{"keys":[`, false},
		{"of another issuer", strings.Replace(document, issuer, "https://issuer.example/other", 1), `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"in other letters", strings.Replace(document, issuer, strings.ToUpper(issuer), 1), `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"with a slash", strings.Replace(document, issuer, issuer+"/", 1), `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"no issuer", `{"jwks_uri":"https://issuer.example/keys"}`, `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"no address of keys", fmt.Sprintf(`{"issuer":%q}`, issuer), `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"keys elsewhere", strings.Replace(document, "https://issuer.example/keys", "file:///etc/passwd", 1), `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"no JSON", "<html>", `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"huge document", document + strings.Repeat(" ", 64<<10), `{"keys":[` + key("1", "sig", good) + `]}`, false},
		{"huge key set", document, `{"keys":[` + key("1", "sig", good) + `]}` + strings.Repeat(" ", 128<<10), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			w, _, issuers := world()
			w.put(issuer+"/.well-known/openid-configuration", test.document)
			w.put("https://issuer.example/keys", test.keys)
			keys, err := issuers.Keys(ctx, tenant, issuer, "1")
			if test.found != (err == nil) || test.found && (len(keys) != 1 || !good.Equal(keys[0])) || !test.found && hospes.KindOf(err) != hospes.KindUnavailable {
				t.Errorf("%v, %v", keys, err)
			}
		})
	}
	w, _, issuers := world()
	w.publish(t, issuer+"/", map[string]crypto.PublicKey{"1": good})
	if _, err := issuers.Keys(ctx, tenant, issuer+"/", "1"); err != nil {
		t.Errorf("one whose name ends in a slash: %v", err)
	}
}

// TestWire6_3_Federated_IssuersAreBounded: however many are named, the memory holds five hundred.
func TestWire6_3_Federated_IssuersAreBounded(t *testing.T) {
	w, clock, issuers := world()
	key := pair(t)
	name := func(i int) string { return fmt.Sprintf("https://issuer%d.example", i) }
	for i := range 501 {
		w.publish(t, name(i), map[string]crypto.PublicKey{"1": key})
		if _, err := issuers.Keys(ctx, tenant, name(i), "1"); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Millisecond)
	}
	before := w.count()
	for i := 1; i <= 500; i++ {
		if _, err := issuers.Keys(ctx, tenant, name(i), "1"); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.count(); n != before {
		t.Errorf("%d of the younger were asked again", n-before)
	}
	if _, err := issuers.Keys(ctx, tenant, name(0), "1"); err != nil || w.count() == before {
		t.Errorf("the oldest is still there, %v", err)
	}
}

func FuzzIssuers(f *testing.F) {
	f.Add(fmt.Sprintf(`{"issuer":%q,"jwks_uri":"https://issuer.example/keys"}`, issuer), `{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"1"}]}`)
	f.Add(fmt.Sprintf(`{"issuer":%q,"jwks_uri":"https://issuer.example/keys"}`, issuer), `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"1","x5c":["AA=="]}]}`)
	f.Add(`{"issuer":{}}`, `{"keys":{}}`)
	f.Fuzz(func(t *testing.T, document, keys string) {
		w, _, issuers := world()
		w.put(issuer+"/.well-known/openid-configuration", document)
		w.put("https://issuer.example/keys", keys)
		found, err := issuers.Keys(ctx, tenant, issuer, "1")
		if (err == nil) != (len(found) > 0) {
			t.Errorf("%d keys, %v", len(found), err)
		}
		for _, k := range found {
			switch k.(type) {
			case *rsa.PublicKey, *ecdsa.PublicKey:
			default:
				t.Errorf("a %T is no public key", k)
			}
		}
	})
}
