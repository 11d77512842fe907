package hospes_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// allowed are the arrows between the packages of the repository (ARCHITECTURE.md). A package may import what stands
// here and nothing else of the repository; tests are free.
var allowed = map[string]string{
	"":                     "",
	"internal/fault":       "",
	"internal/pgtest":      "",
	"internal/portrait":    "store store/sqlstore",
	"internal/progress":    "",
	"internal/dnstest":     "",
	"internal/graphclient": "",
	"odata":                "",
	"odata/odatatest":      "odata",
	"mapping":              "",
	"scope":                "mapping",
	"words":                "",
	"rule":                 "mapping",
	"mail":                 "store words",
	"doctor":               "store words policy provision connector/local",
	"seal":                 "",
	"store":                "odata",
	"store/sqlstore":       "store odata internal/fault",
	"store/storetest":      "store odata odata/odatatest",
	"policy":               "store",
	"token":                "store",
	"token/tokentest":      "token store store/sqlstore seal internal/pgtest",
	"authn":                "store token policy directory",
	"grant":                "store token authn directory",
	"oidc":                 "token store authn grant",
	"signin":               "store token authn grant oidc directory words",
	"directory":            "store token odata rule",
	"invite":               "store directory policy",
	"connector":            "store",
	"dynamic":              "store directory rule odata",
	"connector/local":      "connector store directory invite policy",

	"connector/connectortest": "connector",
	"provision":               "store mapping scope connector connector/local policy mail words internal/fault",
	"importer":                "",
	"importer/intake":         "importer store directory odata",
	"sample":                  "importer sample/stock",
	"sample/stock":            "",
	"sample/generate":         "sample/stock",
	"graphapi":                "store authn odata directory invite policy provision doctor words mapping scope rule token importer importer/intake",
	"outbound":                "",
	"federation":              "",
	"server":                  "graphapi dynamic federation outbound oidc signin authn grant mail provision seal store store/sqlstore token directory",
	"demo":                    "internal/graphclient token sample directory",
	"bench":                   "server demo sample directory store store/sqlstore internal/graphclient",
	"scripts/totals":          "",
	"clients":                 "",

	"internal/disktest":        "",
	"internal/fault/faulttest": "",
}

// foreign are the modules that only one place may import.
var foreign = map[string]string{
	"modernc.org/sqlite": "store/sqlstore", "github.com/jackc/pgx": "store/sqlstore internal/pgtest", "github.com/pressly/goose": "store/sqlstore",
	"github.com/go-jose": "token token/tokentest federation", "github.com/spf13/cobra": "cmd/hospes", "github.com/go-ldap": "importer", "github.com/wneessen/go-mail": "mail",
	"golang.org/x/net": "policy internal/dnstest", "github.com/pquerna/otp": "authn",
}

func TestArchitecture(t *testing.T) {
	const module = "github.com/hospes-dev/hospes"
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); decoder.More(); {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		seen++
		list, known := allowed[name]
		if !known && name != "cmd/hospes" {
			t.Errorf("the package %s has no place in the architecture: say in arch_test.go and ARCHITECTURE.md what it may import", name)
		}
		may := strings.Fields(list)
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, module) {
				checkForeign(t, name, i)
				continue
			}
			target := strings.TrimPrefix(strings.TrimPrefix(i, module), "/")
			if target == "" || name == "cmd/hospes" {
				continue
			}
			found := false
			for _, m := range may {
				found = found || m == target
			}
			if !found {
				t.Errorf("%s imports %s, which is not among what it may import", name, target)
			}
		}
	}
	if seen < 20 {
		t.Fatalf("only %d packages were looked at", seen)
	}
}

func checkForeign(t *testing.T, name, path string) {
	t.Helper()
	if name == "" && strings.Contains(path, ".") && !strings.HasPrefix(path, "golang.org/x/text") {
		t.Errorf("the root package imports %s; it may import the standard library and x/text only", path)
	}
	for prefix, places := range foreign {
		if strings.HasPrefix(path, prefix) && !strings.Contains(" "+places+" ", " "+name+" ") {
			t.Errorf("%s imports %s, which only %s may", name, path, places)
		}
	}
}
