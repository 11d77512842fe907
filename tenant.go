package hospes

import (
	"net"
	"strings"
	"time"
)

// Tenant is an organisation in this instance.
type Tenant struct {
	ID            TenantID
	Number        TenantNumber
	DisplayName   string
	InitialDomain string
	Salt          string // hexadecimal; begins the netId of each of its people
	Created       time.Time
	System        bool // the tenant of the operator
}

// Domain is a name that belongs to one tenant. A domain is verified or it does not count: nobody just claims one.
type Domain struct {
	Name     string // lower case
	Tenant   TenantNumber
	Verified bool
	Initial  bool
	Default  bool
	Created  time.Time
}

// ValidDomainName checks the syntax of a domain name: labels of letters, digits and hyphens, at least two, 253 at most.
func ValidDomainName(name string) bool {
	if len(name) > 253 || !strings.Contains(name, ".") {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			c := label[i]
			if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
				return false
			}
		}
	}
	return true
}

// SplitAddress cuts name@domain at its last "@"; ok is false where either part is missing.
func SplitAddress(s string) (local, domain string, ok bool) {
	i := strings.LastIndexByte(s, '@')
	if i <= 0 || i == len(s)-1 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

// Loopback tells that a host name is this very machine.
func Loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
