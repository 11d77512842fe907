package graphapi

import (
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/odata"
	"github.com/hospes-dev/hospes/store"
)

var logRoutes = []Route{
	{Key: "GET /auditLogs/directoryAudits", Permissions: readLogs, Shows: "directoryAudit", Paged: pagedAndFiltered, handle: (*call).listAudits},
	{Key: "GET /auditLogs/directoryAudits/{id}", Permissions: readLogs, Shows: "directoryAudit", handle: (*call).getAudit},
	{Key: "GET /auditLogs/provisioning", Permissions: readLogs, Shows: "provisioningObjectSummary", Paged: pagedAndFiltered, handle: (*call).listProvisioning},
	{Key: "GET /auditLogs/signIns", Permissions: readLogs, Shows: "signIn", Paged: pagedAndFiltered, handle: (*call).listSignIns},
	{Key: "GET /auditLogs/signIns/{id}", Permissions: readLogs, Shows: "signIn", handle: (*call).getSignIn},
}

// logTime is how moments of the logs are written: with seven digits of a second.
func logTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// logPage reads what all log queries have in common.
func (c *call) logPage(purpose, moment string) (odata.Query, store.LogQuery, error) {
	q, _, err := c.query()
	if err != nil {
		return q, store.LogQuery{}, err
	}
	l := store.LogQuery{Limit: q.Top}
	if l.Limit == 0 {
		l.Limit = defaultPage
	}
	for _, o := range q.OrderBy {
		if o.Path != moment || !o.Desc {
			return q, l, &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.logs", Code: hospes.CodeUnsupportedQuery, Message: "The log is read newest first; order by " + moment + " desc."}
		}
	}
	if q.SkipToken != "" {
		var p position
		if err := c.openToken(q.SkipToken, purpose, &p); err != nil {
			return q, l, err
		}
		l.Before = p.Number
	}
	return q, l, nil
}

// collect reads a log until enough records are taken or so many have been looked at that the client should ask again: an
// unlucky filter must not read a whole log in one request. What is read at once grows while little of it is taken. take
// tells about how many bytes a record adds to the answer, none where it is passed over; a page of large ones is shorter.
func collect[R any](c *call, l store.LogQuery, purpose string, read func(store.LogQuery) ([]R, error), take func(*R) (hospes.Number, int)) (next string, err error) {
	want, taken, bytes := l.Limit, 0, 0
	more := func() bool { return taken < want && bytes < maxLogPage }
	l.Limit = min(want, firstLook)
	for looked := 0; more() && looked < maxLooked; l.Limit = min(2*l.Limit, odata.MaxTop) {
		records, err := read(l)
		if err != nil {
			return "", err
		}
		used := 0
		for used < len(records) && more() {
			number, n := take(&records[used])
			if l.Before = number; n > 0 {
				taken, bytes = taken+1, bytes+n
			}
			used++
		}
		if looked += used; used == len(records) && used < l.Limit {
			return "", nil
		}
	}
	return c.nextLink("$skiptoken", c.sealToken(purpose, position{Number: l.Before})), nil
}

const (
	maxLooked  = 5000
	firstLook  = 16
	maxLogPage = 2 << 20 // bytes; a batch holds twenty of them
	logRecord  = 1 << 10 // about as large as a record of a log is
)
