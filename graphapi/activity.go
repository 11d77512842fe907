package graphapi

import (
	"slices"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

// activityName is the property of people that says when they signed in last. It is shown where it is asked for, and is no
// part of the object: it changes without the object being changed.
const activityName = "signInActivity"

// activityPage is how many people a page has that shows or asks when they signed in (graph-wire 1.3).
const activityPage = 500

var (
	activityMoment = odata.Ops{Eq: odata.Default, Range: odata.Default}

	// activeUser is the queryable side of a user with this property.
	activeUser = odata.Complex(activityName, "microsoft.graph.signInActivity",
		odata.Row(odata.DateTime, activityMoment, "lastSignInDateTime", "lastNonInteractiveSignInDateTime", "lastSuccessfulSignInDateTime"),
		odata.Row(odata.String, odata.Ops{}, "lastSignInRequestId", "lastNonInteractiveSignInRequestId", "lastSuccessfulSignInRequestId"))
)

// activity lets a request name when people signed in, if the caller may: what the sign-in log tells takes the permission
// to read it.
func (c *call) activity(s *shape, schema *hospes.Schema, q odata.Query) error {
	named := func(name string) bool { return strings.EqualFold(name, activityName) }
	if schema != hospes.UserSchema || !slices.ContainsFunc(q.Names(), named) {
		return nil
	}
	if !c.scoped(readLogs, false) {
		return &hospes.Error{
			Kind: hospes.KindForbidden, Op: "graphapi.activity", Code: "Authentication_MSGraphPermissionMissing",
			Message: "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
		}
	}
	if !c.may(readLogs) {
		return hospes.Forbidden("graphapi.activity")
	}
	s.activity, s.queried = true, s.queried.With(activeUser...)
	return nil
}

// withoutActivity refuses the property where it cannot be shown.
func (s shape) withoutActivity() error {
	if s.activity {
		return noProperty(activityName, hospes.UserSchema.Name)
	}
	return nil
}

// aside reads what is shown along with objects and is no part of them.
func (s *shape) aside(r store.Reader, docs []hospes.Document) (err error) {
	if s.expand != nil {
		if s.expanded, err = s.expand.expanded(r, docs); err != nil {
			return err
		}
	}
	if !s.activity || s.selected == nil { // a filter alone does not show it
		return nil
	}
	numbers := make([]hospes.Number, len(docs))
	for i, d := range docs {
		numbers[i] = d.Number
	}
	s.active, err = r.SignInActivities(numbers...)
	return err
}

// readAside is aside for an object that was read before.
func (c *call) readAside(s *shape, d hospes.Document) error {
	if s.expand == nil && !s.activity && !s.ruled {
		return nil
	}
	return c.view(func(r store.Reader) error {
		if s.ruled {
			if err := s.readRuleStatus(r, d); err != nil {
				return err
			}
		}
		return s.aside(r, []hospes.Document{d})
	})
}

type wireActivity struct {
	LastSignIn       *string `json:"lastSignInDateTime"`
	LastSignInID     *string `json:"lastSignInRequestId"`
	LastBackground   *string `json:"lastNonInteractiveSignInDateTime"`
	LastBackgroundID *string `json:"lastNonInteractiveSignInRequestId"`
	LastSuccess      *string `json:"lastSuccessfulSignInDateTime"`
	LastSuccessID    *string `json:"lastSuccessfulSignInRequestId"`
}

// activityOf gives the property of one person: null for who has never signed in, and for whom the caller sees in part.
func (s shape) activityOf(d *hospes.Object, whole bool) hospes.Value {
	a, ok := s.active[d.Number]
	if !ok || !whole {
		return "null"
	}
	var out wireActivity
	show := func(mark hospes.SignInMark, at, id **string) {
		if mark.At.IsZero() {
			return
		}
		moment := mark.At.Format(time.RFC3339Nano)
		*at = &moment
		if mark.ID != "" {
			*id = &mark.ID
		}
	}
	show(a.Interactive, &out.LastSignIn, &out.LastSignInID)
	show(a.Background, &out.LastBackground, &out.LastBackgroundID)
	show(a.Success, &out.LastSuccess, &out.LastSuccessID)
	return hospes.JSON(out)
}
