package odata_test

import (
	"strings"
	"testing"

	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/odata/odatatest"
)

const (
	shortFilter = "userPrincipalName eq 'anna@home.example'"
	longFilter  = "userType eq 'Guest' and (startswith(displayName,'Å') or mail eq 'a@b') and " +
		"not(identities/any(i:i/issuer eq 'mail' and i/issuerAssignedId eq 'x@y')) and createdDateTime ge 2024-01-01"
)

func BenchmarkParseAndCheck(b *testing.B) {
	ids := "id in (" + strings.TrimSuffix(strings.Repeat("'184efa21-98c3-4e5d-95ab-d07053a96e67',", 200), ",") + ")"
	for name, text := range map[string]string{"short": shortFilter, "long": longFilter, "in200": ids} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e, err := odata.ParseFilter(text)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := odata.Check(e, schemas["user"], advanced); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkMatch(b *testing.B) {
	record, err := odatatest.ParseRecord(schemas["user"], `{"id":"1","userPrincipalName":"anna@home.example",
		"userType":"Guest","displayName":"Åsa","createdDateTime":"2024-06-01T00:00:00Z",
		"identities":[{"issuer":"mail","issuerAssignedId":"other"}]}`)
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{"short": shortFilter, "long": longFilter} {
		e, err := odata.ParseFilter(text)
		if err != nil {
			b.Fatal(err)
		}
		f, err := odata.Check(e, schemas["user"], advanced)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !f.Match(record) {
					b.Fatal("no match")
				}
			}
		})
	}
}
