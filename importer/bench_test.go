package importer

import (
	"fmt"
	"io"
	"strings"
	"testing"
)

// benchPeople is how many people the files of the benchmarks hold.
const benchPeople = 2000

func benchLDIF() string {
	var b strings.Builder
	b.WriteString("version: 1\n\n")
	for i := range benchPeople {
		fmt.Fprintf(&b, `dn: uid=person%[1]d,ou=People,dc=aurora,dc=example
objectClass: top
objectClass: person
objectClass: organizationalPerson
objectClass: inetOrgPerson
uid: person%[1]d
cn: Anna Berg
displayName:: QW5uYSBCw6lyZw==
givenName: Anna
sn: Berg
mail: person%[1]d@aurora.example
userPrincipalName: person%[1]d@aurora.example
telephoneNumber: +46 18 012 34 56
title: Physicist
department: Research
l: Uppsala
co: Sweden
c: SE
postalCode: 753 10
employeeNumber: %[1]d
manager: uid=person%[2]d,ou=People,dc=aurora,dc=example
userAccountControl: 512

`, i, i/8)
	}
	return b.String()
}

func benchCSV() string {
	var b strings.Builder
	b.WriteString("userPrincipalName,mail,displayName,givenName,surname,department,jobTitle,city,country,postalCode,employeeId,businessPhones,manager,enabled\n")
	for i := range benchPeople {
		fmt.Fprintf(&b, "person%[1]d@aurora.example,person%[1]d@aurora.example,\"Berg, Anna\",Anna,Berg,Research,Physicist,Uppsala,Sweden,753 10,%[1]d,+46 18 012 34 56,person%[2]d@aurora.example,yes\n", i, i/8)
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	for _, file := range []struct{ name, text string }{{"people.ldif", benchLDIF()}, {"people.csv", benchCSV()}} {
		b.Run(file.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(file.text)))
			for b.Loop() {
				r, err := Open(file.name, strings.NewReader(file.text), Options{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for ; ; n++ {
					if _, err := r.Next(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
				if n != benchPeople {
					b.Fatal(n)
				}
			}
			b.ReportMetric(float64(b.N)*benchPeople/b.Elapsed().Seconds(), "records/s")
		})
	}
}
