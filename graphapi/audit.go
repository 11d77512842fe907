package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// verifyAudits recomputes the chain of the tenant's audit log: whoever changed, removed or slipped in a record breaks it.
func (c *call) verifyAudits() error {
	var sound int64
	var broken hospes.Number
	err := c.view(func(r store.Reader) (err error) {
		sound, broken, err = r.VerifyAudits()
		return err
	})
	if err != nil {
		return err
	}
	body := map[string]any{"soundRecords": sound, "isSound": broken == 0, "firstBrokenRecord": nil}
	if broken != 0 {
		body["firstBrokenRecord"] = int64(broken)
	}
	return c.writeValue(http.StatusOK, "audit/verification", body)
}
