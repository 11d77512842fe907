package mapping

import "testing"

var benchNames = Names{
	"netId", "accountEnabled", "streetAddress", "city", "state", "postalCode", "country", "department", "employeeId",
	"displayName", "givenName", "surname", "mail", "mailNickname", "preferredLanguage", "userPrincipalName", "jobTitle",
}

var benchRow = Values{
	String("10032000A1B2C3D4"), String("true"), String("Storgatan 1"), String("Uppsala"), String("C"), String("75310"),
	String("SE"), String("Finance"), String("100045"), String("Anna Berg"), String("Anna"), String("Berg"),
	String("anna.berg@contoso.com"), String("anna.berg"), String("sv-SE"), String("anna.berg@contoso.com"), Null(),
}

// benchMappings are those of a cross-tenant configuration, with the expressions that people add.
var benchMappings = []string{
	`AltSecIdFromNetId([netId])`, `[accountEnabled]`, `[streetAddress]`, `[city]`, `[state]`, `[postalCode]`,
	`[country]`, `[department]`, `[employeeId]`, `[givenName]`, `[surname]`, `[mailNickname]`, `"true"`, `"Member"`,
	`Append([displayName], " (Contoso)")`,
	`Join(".", ToLower([givenName]), ToLower([surname]))`,
	`IIF(IsPresent([mail]), [mail], [userPrincipalName])`,
	`Replace([preferredLanguage], "-", , , "_", , )`,
	`Switch([country], "Other", "NO", "Norway", "DK", "Denmark", "SE", "Sweden")`,
	`Coalesce([jobTitle], [department])`,
}

func BenchmarkEval(b *testing.B) {
	for _, bench := range []struct{ name, source string }{
		{"attribute", `[mail]`},
		{"join", `Join(".", ToLower([givenName]), ToLower([surname]))`},
		{"switch", `Switch([country], "Other", "NO", "Norway", "DK", "Denmark", "SE", "Sweden")`},
		{"iif", `IIF(IsPresent([mail]), [mail], [userPrincipalName])`},
		{"reference", `Join(" ",[givenName],Append([surname],Join(""," (",Word([mail],2,"@"),")")))`},
		{"regex", `Replace([mail], , "(?<name>[^@]+)@.*", , "${name}", , )`},
	} {
		b.Run(bench.name, func(b *testing.B) {
			benchPrograms(b, mustCompile(b, bench.source, benchNames))
		})
	}
	b.Run("set of 20", func(b *testing.B) {
		programs := make([]*Program, len(benchMappings))
		for i, source := range benchMappings {
			programs[i] = mustCompile(b, source, benchNames)
		}
		benchPrograms(b, programs...)
	})
}

func benchPrograms(b *testing.B, programs ...*Program) {
	env := &Env{Row: benchRow}
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range programs {
			if _, err := p.Eval(env); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, source := range benchMappings {
			mustCompile(b, source, benchNames)
		}
	}
}
