package mapping_test

import (
	"errors"
	"fmt"

	"github.com/hospes-dev/hospes/mapping"
)

func Example() {
	expr, err := mapping.Parse(`Join(".", ToLower([givenName]), ToLower([surname]))`)
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := mapping.Compile(expr, mapping.Names{"givenName", "surname"})
	if err != nil {
		fmt.Println(err)
		return
	}
	env := &mapping.Env{}
	for _, person := range []mapping.Values{
		{mapping.String("Åsa"), mapping.String("Berg")},
		{mapping.Null(), mapping.String("Nguyen")},
	} {
		env.Row = person
		value, err := program.Eval(env)
		fmt.Println(value.Text(), err)
	}
	// Output:
	// åsa.berg <nil>
	// nguyen <nil>
}

func ExampleParse() {
	expr, err := mapping.Parse(`Replace([preferredLanguage],"-", , ,"_", , )`)
	fmt.Println(expr, err)
	// Output:
	// Replace([preferredLanguage], "-", , , "_", , ) <nil>
}

func ExampleError_Snippet() {
	_, err := mapping.Parse(`Join(", ", "O"Neill")`)
	var fault *mapping.Error
	if errors.As(err, &fault) {
		fmt.Println(fault)
		fmt.Println(fault.Snippet())
	}
	// Output:
	// 1:15: expected "," or ")" in the arguments of Join, found "Neill"
	// Join(", ", "O"Neill")
	//               ^
}

func ExampleCheck() {
	expr, err := mapping.Parse(`Join(" ", [firstName], toupper([surname]))`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, fault := range mapping.Check(expr, mapping.Names{"givenName", "surname"}) {
		fmt.Println(fault)
	}
	// Output:
	// 1:11: no attribute [firstName]
	// 1:24: no function toupper; names are case-sensitive: ToUpper
}

func ExampleProgram_Attributes() {
	expr, err := mapping.Parse(`IIF(IsPresent([mail]), [mail], [userPrincipalName])`)
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := mapping.Compile(expr, mapping.Names{"displayName", "mail", "userPrincipalName"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(program.Attributes())
	// Output:
	// [{mail 1} {userPrincipalName 2}]
}

func ExampleFunctions() {
	for _, f := range mapping.Functions()[:3] {
		fmt.Print(f.Name)
		for _, p := range f.Params {
			fmt.Print(" ", p.Label())
		}
		fmt.Println()
	}
	// Output:
	// AltSecIdFromNetId source
	// Append source suffix
	// Coalesce source
}
