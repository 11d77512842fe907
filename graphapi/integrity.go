package graphapi

import (
	"encoding/json"
	"net/http"

	"github.com/hospes-dev/hospes/store"
)

// wireCheck is what one check of the store has found.
type wireCheck struct {
	Check   store.Check  `json:"check"`
	Rows    int64        `json:"rows"`
	Damages int64        `json:"damages"`
	Damage  []wireDamage `json:"damage"`
}

type wireDamage struct {
	TenantID *string `json:"tenantId"`
	Text     string  `json:"text"`
}

// checkIntegrity looks for damage in the whole store, and answers a JSON object a line, each as soon as its check is
// made; the last one has done set.
func (c *call) checkIntegrity() error {
	out, flusher := json.NewEncoder(c.w), http.NewResponseController(c.w)
	c.w.Header().Set("Content-Type", "application/x-ndjson")
	c.w.WriteHeader(http.StatusOK)
	tell := func(v any) {
		_ = out.Encode(v)   // whoever went away ends the context, and with it the check
		_ = flusher.Flush() // likewise
	}
	_ = flusher.Flush() // likewise; the first check may take long
	err := c.api.Store.Check(c.ctx(), func(r store.CheckResult) {
		line := wireCheck{Check: r.Check, Rows: r.Rows, Damages: r.Damages, Damage: make([]wireDamage, len(r.Damage))}
		for i, d := range r.Damage {
			line.Damage[i].Text = d.Text
			if !d.Tenant.IsZero() {
				id := d.Tenant.String()
				line.Damage[i].TenantID = &id
			}
		}
		tell(line)
	})
	last := map[string]any{"done": err == nil}
	if err != nil {
		c.api.Log.Error("a check broke off", "request", c.requestID, "err", err)
		last["error"] = map[string]string{"code": "CheckBrokeOff", "message": "The check broke off; the database cannot be read on."}
	}
	tell(last)
	return nil
}
