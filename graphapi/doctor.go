package graphapi

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/doctor"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/words"
)

// wireFinding is a finding of the doctor.
type wireFinding struct {
	Code          doctor.Code    `json:"code"`
	Sound         bool           `json:"isSound"`
	Text          string         `json:"text"`
	Args          words.Args     `json:"arguments"`
	Acts          *string        `json:"actingSide"`
	TenantID      *string        `json:"actingTenantId"`
	Configuration string         `json:"configuration"`
	JobID         string         `json:"jobId"`
	Evidence      []wireEvidence `json:"evidence"`
	Fix           *wireFix       `json:"fix"`
}

type wireEvidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type wireFix struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	Body   any    `json:"body"`
}

// examine answers why a person of the tenant is not where its synchronizations should have brought them.
func (c *call) examine() error {
	var person hospes.ObjectID
	err := c.view(func(r store.Reader) error {
		user, err := directory.FindUser(r, c.keys[0])
		if err != nil {
			return err
		}
		person = user.ID
		return nil
	})
	if err != nil {
		return err
	}
	found, err := (&doctor.Doctor{Store: c.api.Store, Engine: c.api.Engine}).Examine(c.ctx(), c.caller.Tenant, person)
	if err != nil {
		return err
	}
	lang := words.Match(c.r.Header.Get("Accept-Language"))
	list := make([]wireFinding, len(found))
	for i, f := range found {
		list[i] = wireFindingOf(f, lang)
	}
	c.w.Header().Set("Content-Language", lang)
	return c.writeList("findings", list, "")
}

func wireFindingOf(f doctor.Finding, lang string) wireFinding {
	out := wireFinding{
		Code: f.Code, Sound: f.Sound(), Text: f.Text(lang), Args: f.Args, Configuration: f.Args["configuration"], JobID: f.Job.ID, Evidence: []wireEvidence{},
	}
	if f.Acts != doctor.Nowhere {
		side, tenant := string(f.Acts), f.Tenant.String()
		out.Acts, out.TenantID = &side, &tenant
	}
	for _, e := range f.Evidence {
		out.Evidence = append(out.Evidence, wireEvidence(e))
	}
	if f.Fix != nil {
		out.Fix = &wireFix{f.Fix.Method, f.Fix.Path, f.Fix.Body}
	}
	return out
}
