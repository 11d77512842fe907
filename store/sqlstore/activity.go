package sqlstore

import (
	"database/sql"
	"strings"
	"time"

	"github.com/hospes-dev/hospes"
)

// activityColumns are the columns of sign_in_activities that a filter on signInActivity reads.
var activityColumns = map[string]string{
	"signInActivity/lastSignInDateTime":               "interactive",
	"signInActivity/lastNonInteractiveSignInDateTime": "background",
	"signInActivity/lastSuccessfulSignInDateTime":     "success",
}

// noteActivity keeps a sign-in as the last one of its kinds.
func (t *tx) noteActivity(s *hospes.SignIn) error {
	columns := []string{"background"}
	if s.Interactive {
		columns[0] = "interactive"
	}
	if s.ErrorCode == 0 {
		columns = append(columns, "success")
	}
	var names, values, changes strings.Builder
	for _, c := range columns {
		names.WriteString(", " + c + ", " + c + "_id")
		values.WriteString(", $3, $4")
		changes.WriteString(", " + c + " = excluded." + c + ", " + c + "_id = excluded." + c + "_id")
	}
	_, err := t.exec("INSERT INTO sign_in_activities (tenant, number"+names.String()+") SELECT tenant, number"+values.String()+
		" FROM objects WHERE tenant = $1 AND id = $2 ON CONFLICT (tenant, number) DO UPDATE SET "+strings.TrimPrefix(changes.String(), ", "),
		t.number(), s.UserID.Bytes(), hospes.CanonicalTime(s.At), s.ID)
	return err
}

// SignInActivities gives when people signed in last.
func (h *handle) SignInActivities(users ...hospes.Number) (map[hospes.Number]hospes.SignInActivity, error) {
	found := make(map[hospes.Number]hospes.SignInActivity, len(users))
	for chunk := range chunks(int64s(users), listMax) {
		err := h.each(func(rows *sql.Rows) error {
			var number hospes.Number
			var at, ids [3]sql.NullString
			if err := rows.Scan(&number, &at[0], &ids[0], &at[1], &ids[1], &at[2], &ids[2]); err != nil {
				return err
			}
			var marks [3]hospes.SignInMark
			for i := range marks {
				if !at[i].Valid {
					continue
				}
				when, err := time.Parse(hospes.MomentLayout, at[i].String)
				if err != nil {
					return err
				}
				marks[i] = hospes.SignInMark{At: when, ID: ids[i].String}
			}
			found[number] = hospes.SignInActivity{Interactive: marks[0], Background: marks[1], Success: marks[2]}
			return nil
		}, "SELECT number, interactive, interactive_id, background, background_id, success, success_id FROM sign_in_activities WHERE tenant = $1 AND number "+
			h.session.d.anyOf("$2", false), h.number(), h.session.d.ints(chunk))
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}
