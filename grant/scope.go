package grant

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/token"
)

// Scopes is what an application asks for in the name of a person: of one resource, and of the sign-in itself.
type Scopes struct {
	API      string   `json:"api,omitempty"`     // the resource as it was asked for, where it is neither Graph nor Azure's management
	Audience string   `json:"aud,omitempty"`     // the resource as it was asked for; empty for Graph by its usual name
	Prefix   string   `json:"prefix,omitempty"`  // what stands before each name in the answer
	Default  bool     `json:"default,omitempty"` // all that was consented to
	Names    []string `json:"names,omitempty"`   // of the resource
	Protocol []string `json:"protocol,omitempty"`
	Other    bool     `json:"management,omitempty"` // the resource is that of Azure's management, of which there are two addresses only
}

const defaultName = ".default"

// ParseScopes reads the parameter scope. mine tells which other names this server goes by.
func (s *Service) ParseScopes(text string, mine func(resource string) (audience string, ok bool)) (Scopes, error) {
	var out Scopes
	named := false
	for _, item := range strings.Fields(text) {
		lower := strings.ToLower(item)
		if token.IsProtocolScope(lower) {
			if !slices.Contains(out.Protocol, lower) {
				out.Protocol = append(out.Protocol, lower)
			}
			continue
		}
		resource, name := "", item
		if i := strings.LastIndexByte(item, '/'); i >= 0 {
			resource, name = item[:i], item[i+1:]
		}
		one := s.resource(resource, mine)
		if named && !out.sameResource(one) {
			return Scopes{}, refuse(hospes.KindInvalid, CodeScope, "The provided value for the input parameter 'scope' is not valid: it names more than one resource.")
		}
		if !named || out.Prefix == "" {
			out.API, out.Audience, out.Prefix, out.Other = one.API, one.Audience, one.Prefix, one.Other
		}
		named = true
		if strings.EqualFold(name, defaultName) {
			out.Default = true
			continue
		}
		if one.Other {
			if name != "user_impersonation" {
				return Scopes{}, unknownScope(item)
			}
			out.Names = append(out.Names, name)
			continue
		}
		if one.API == "" { // what Graph offers is the same in every tenant
			known, ok := token.ScopeNamed(name)
			if !ok {
				return Scopes{}, unknownScope(item)
			}
			name = known.Name
		}
		if !out.names(name) {
			out.Names = append(out.Names, name)
		}
	}
	if !named && len(out.Protocol) == 0 {
		return Scopes{}, refuse(hospes.KindInvalid, CodeScope, "The provided value for the input parameter 'scope' is not valid: it is empty.")
	}
	slices.Sort(out.Names)
	return out, nil
}

// sameResource tells that two names are of one resource: of Graph all names are.
func (o Scopes) sameResource(other Scopes) bool {
	if o.API != "" || other.API != "" {
		return strings.EqualFold(strings.TrimRight(o.API, "/"), strings.TrimRight(other.API, "/"))
	}
	return o.Other == other.Other && (o.Audience == "" || other.Audience == "" || strings.TrimRight(o.Audience, "/") == strings.TrimRight(other.Audience, "/"))
}

// names tells that a scope was asked for by its name, in whatever case.
func (o Scopes) names(scope string) bool {
	return slices.ContainsFunc(o.Names, func(name string) bool { return strings.EqualFold(name, scope) })
}

// ParseResource reads the parameter resource of v1: all that was consented to there.
func (s *Service) ParseResource(resource string, mine func(string) (string, bool)) Scopes {
	out := s.resource(resource, mine)
	out.Default = true
	return out
}

// resource finds out which resource a name means; no name means Graph. Whether there is one of the name is for the tenant
// to say, which may not be known yet.
func (s *Service) resource(name string, mine func(string) (string, bool)) Scopes {
	if name == "" {
		return Scopes{}
	}
	if token.IsManagement(name) {
		return Scopes{Audience: name, Prefix: name + "/", Other: true}
	}
	if audience, ok := mine(name); ok {
		return Scopes{Audience: audience, Prefix: name + "/"}
	}
	return Scopes{API: name, Audience: name, Prefix: name + "/"}
}

func unknownScope(item string) error {
	return refuse(hospes.KindInvalid, CodeScope, "The provided value for the input parameter 'scope' is not valid. The scope "+clip(item)+" does not exist.")
}

// allowed gives what of the granted names a token carries.
func (o Scopes) allowed(granted []string) []string {
	if o.Other {
		return []string{"user_impersonation"}
	}
	var list []string
	for _, name := range granted {
		if o.Default && name != token.ScopeOfflineAccess || o.names(name) || slices.Contains(o.Protocol, name) && name != token.ScopeOfflineAccess {
			list = append(list, name)
		}
	}
	return list
}

// echo writes the scopes of an answer: clients remember the token by them, and look for what they asked for.
func (o Scopes) echo(allowed []string) string {
	var list []string
	for _, name := range allowed {
		if !token.IsProtocolScope(name) {
			name = o.Prefix + name
		}
		list = append(list, name)
	}
	if o.Default {
		list = append(list, o.Prefix+defaultName)
	}
	return strings.Join(list, " ")
}

// Offline tells that the application wants to go on without the person.
func (o Scopes) Offline() bool { return slices.Contains(o.Protocol, token.ScopeOfflineAccess) }

// OpenID tells that the application wants to know who the person is.
func (o Scopes) OpenID() bool { return slices.Contains(o.Protocol, token.ScopeOpenID) }

func clip(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
