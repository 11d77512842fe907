package odata_test

import (
	"fmt"

	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/odata/odatatest"
)

var people = odata.MustSchema("microsoft.graph.user",
	odata.Row(odata.String, odata.Ops{Eq: odata.Default, StartsWith: odata.Default, Null: odata.Advanced},
		"displayName", "department", "userType"),
	odata.Row(odata.DateTime, odata.Ops{Eq: odata.Advanced, Range: odata.Advanced}, "createdDateTime"),
	odata.List(odata.String, odata.Ops{Eq: odata.Default, Count: odata.Advanced}, "otherMails"),
)

func ExampleCheck() {
	e, err := odata.ParseFilter("userType eq 'Guest' and not(department eq 'Sales' or otherMails/any(m:m eq 'A@b'))")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := odata.Check(e, people, odata.Mode{Advanced: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Root)
	// Output: userType = "guest" and not department = "sales" and no otherMails [element = "a@b"]
}

func ExampleParseFilter_error() {
	_, err := odata.ParseFilter("displayName eq Anna")
	fmt.Println(err)
	// Output: odata.ParseFilter: Invalid filter clause: a value was expected instead of 'Anna' (text stands in single quotes) at position 16.
}

func ExampleFilter_Match() {
	e, _ := odata.ParseFilter("startswith(displayName,'an')")
	f, _ := odata.Check(e, people, odata.Mode{})
	for _, name := range []string{"Anna", "Bert"} {
		r := odatatest.Record{Values: map[string]string{"displayName": map[string]string{"Anna": "anna", "Bert": "bert"}[name]}}
		fmt.Println(name, f.Match(r))
	}
	// Output:
	// Anna true
	// Bert false
}

func ExampleParseQuery() {
	q, err := odata.ParseQuery("$filter=userType+eq+'Guest'&$select=id&$expand=manager($levels=max;$select=id)&$top=5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(q.Filter, q.Select, q.Expand, q.Top)
	q.SkipToken = "abc"
	fmt.Println(q.Encode())
	// Output:
	// userType eq 'Guest' [id] [manager($levels=max;$select=id)] 5
	// $select=id&$filter=userType%20eq%20%27Guest%27&$expand=manager%28%24levels%3Dmax%3B%24select%3Did%29&$top=5&$skiptoken=abc
}
