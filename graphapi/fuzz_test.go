package graphapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

func FuzzParsePath(f *testing.F) {
	for _, seed := range []string{
		"users", "users/x", "users('a''b')", "/users/delta()", "users/microsoft.graph.delta()", "groups/x/members/microsoft.graph.user", "users/a%23EXT%23@b", "servicePrincipals(appId='x')",
		"tenantRelationships/findTenantInformationByTenantId(tenantId='x')", "users(')(')", "users()()", "(", "')", "%", "a(%27b%27)", "users//x/", "policies/crossTenantAccessPolicy/partners/x", "a('", "é(ß)",
	} {
		f.Add(seed)
	}
	api := New(API{})
	f.Fuzz(func(t *testing.T, path string) {
		segments, err := parsePath(path)
		if err != nil {
			if statusOf(err.(*hospes.Error)) != http.StatusBadRequest {
				t.Fatalf("%q: %v", path, err)
			}
			return
		}
		for _, s := range segments {
			if s.name != strings.ToLower(s.name) || s.key && s.name != "" {
				t.Errorf("%q gives the segment %+v", path, s)
			}
		}
		for _, root := range []*node{api.graph, api.own} {
			route, keys, err := root.route(http.MethodGet, path)
			switch {
			case err != nil && (route != nil || hospes.KindOf(err) != hospes.KindInvalid && hospes.KindOf(err) != hospes.KindUnsupported):
				t.Errorf("%q: %v", path, err)
			case err == nil && strings.Count(route.Key, "{") != len(keys):
				t.Errorf("%q has the keys %q for %s", path, keys, route.Key)
			}
			// blank segments and a slash at the end say nothing
			again, moreKeys, _ := root.route(http.MethodGet, "/"+path+"/")
			if again != route || strings.Join(keys, "\x00") != strings.Join(moreKeys, "\x00") {
				t.Errorf("%q is another route with slashes around it", path)
			}
		}
	})
}

func FuzzOpenToken(f *testing.F) {
	of := func(tenant byte) *call {
		return &call{api: &API{TokenKey: []byte("key")}, route: &Route{Key: "GET /users"}, caller: token.Caller{Tenant: hospes.TenantID{tenant}}}
	}
	c, other := of(1), of(2)
	given := c.sealToken("skip", position{Text: "x", Number: 7, Print: "p"})
	for _, seed := range []string{given, "", "A", given[:len(given)-1], given + "A", given + "\n", strings.ToUpper(given), c.sealToken("delta", deltaState{Classes: []hospes.Class{1}}), other.sealToken("skip", position{}), "=", "é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var p position
		if err := c.openToken(text, "skip", &p); (err == nil) != (text == given) {
			t.Errorf("%q is opened: %v", text, err)
		}
		var d deltaState
		if c.openToken(text, "delta", &d) == nil && text == given {
			t.Error("a position of a list is one of a delta")
		}
		if other.openToken(text, "skip", &p) == nil && text == given {
			t.Error("a position is good in another tenant")
		}
	})
}

func FuzzMembers(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1}`, `{"a":1,"A":2}`, `{"a":{"b":[null]}}`, `{"a":1,}`, `{"a"}`, `{"a":"\ud800"}`, `[]`, `null`, `{"a":1}{}`, `{"\u0061":1,"a":2}`, ` {"a" : 1 } `, `{"":0}`, "{\"a\":\"\xff\"}", `{a:1}`, `{"a":01}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c := &call{body: bytes.TrimSpace(text)}
		list, err := c.members()
		var object map[string]json.RawMessage
		valid := json.Unmarshal(c.body, &object) == nil && object != nil
		if err == nil && !valid {
			t.Fatalf("%q is read, and is no object", text)
		}
		if err != nil {
			if hospes.KindOf(err) != hospes.KindInvalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if len(list) != len(object) {
			t.Errorf("%q has %d members, read are %d", text, len(object), len(list))
		}
		for _, m := range list {
			if !json.Valid(m.raw) || !bytes.Equal(m.raw, object[m.name]) {
				t.Errorf("%q: the member %q is %s", text, m.name, m.raw)
			}
		}
	})
}

func FuzzBatch(f *testing.F) {
	f.Fuzz(func(t *testing.T, text []byte) {
		c := &call{body: bytes.TrimSpace(text), version: "v1.0", r: httptest.NewRequest("POST", "/v1.0/$batch", nil)}
		refused := func(err error) bool {
			if err != nil && hospes.KindOf(err) != hospes.KindInvalid {
				t.Fatalf("%q: %v", text, err)
			}
			return err != nil
		}
		steps, err := stepsOf(c.body)
		if refused(err) {
			return
		}
		order, err := inOrder(steps)
		if refused(err) {
			return
		}
		if len(steps) > maxSteps || len(order) != len(steps) {
			t.Fatalf("%d steps, %d run", len(steps), len(order))
		}
		done := map[string]bool{}
		for _, i := range order {
			for _, id := range steps[i].dependsOn {
				if !done[strings.ToLower(id)] {
					t.Errorf("step %q runs before %q", steps[i].id, id)
				}
			}
			done[strings.ToLower(steps[i].id)] = true
			r, err := c.requestOf(steps[i])
			if !refused(err) && (r.URL.Host != "" || !strings.HasPrefix(r.URL.Path, "/v1.0/")) {
				t.Errorf("%q leads to %q", steps[i].url, r.URL)
			}
		}
		if len(done) != len(steps) {
			t.Errorf("two steps have one id: %q", text)
		}
	})
}

// FuzzDeltaToken opens tokens of deltas: made up ones, and positions that this server has sealed, as an earlier version of
// it may have.
func FuzzDeltaToken(f *testing.F) {
	f.Fuzz(func(t *testing.T, text []byte, sealed bool) {
		c := &call{api: &API{TokenKey: []byte("key"), Clock: hospes.NewManualClock(time.Unix(99_999_999_999, 0))}, route: &Route{Key: "GET /users/delta"}, w: httptest.NewRecorder(), r: httptest.NewRequest("GET", "/v1.0/users/delta", nil), version: "v1.0"}
		token := string(text)
		if sealed {
			if !json.Valid(text) {
				return
			}
			token = c.seal(hospes.TenantID{}, "delta", json.RawMessage(text))
		}
		state, err := c.continueDelta([]*hospes.Schema{hospes.UserSchema}, token)
		if err != nil {
			if kind := hospes.KindOf(err); kind != hospes.KindInvalid && kind != hospes.KindPrecondition {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !sealed || len(state.Classes) == 0 || state.Tenant != c.caller.Tenant {
			t.Errorf("%q is taken as %+v", text, state)
		}
		if _, err := c.deltaShape("users", state); err != nil && hospes.KindOf(err) != hospes.KindInvalid {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
