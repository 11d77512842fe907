package graphapi

import (
	"net/http"

	"github.com/hospes-dev/hospes/store"
)

// forecast answers what a pass over everybody would do now, in numbers.
func (c *call) forecast() error {
	err := c.view(func(r store.Reader) error {
		_, _, err := c.principalAndJob(r)
		return err
	})
	if err != nil {
		return err
	}
	f, err := c.api.Engine.Forecast(c.ctx(), c.caller.Tenant, c.keys[1])
	if err != nil {
		return err
	}
	var refused any
	if f.Refused != nil {
		refused = map[string]string{"code": f.Refused.Code, "message": f.Refused.Message}
	}
	return c.writeValue(http.StatusOK, "forecast", map[string]any{
		"looked": f.Looked, "create": f.Create, "update": f.Update, "restore": f.Restore, "delete": f.Delete, "disable": f.Disable,
		"skip": f.Skip, "fail": f.Fail, "held": f.Held, "refused": refused,
	})
}
