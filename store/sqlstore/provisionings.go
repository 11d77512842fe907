package sqlstore

import (
	"database/sql"
	"encoding/json"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// provisioningDoc is what a record of the provisioning log says beyond its columns. The names are short because there
// is one for each write of the engine.
type provisioningDoc struct {
	Cycle      string                    `json:"y,omitempty"`
	ChangeID   string                    `json:"x,omitempty"`
	Action     hospes.ProvisioningAction `json:"a"`
	Outcome    hospes.Outcome            `json:"o"`
	ErrCode    string                    `json:"ec,omitempty"`
	ErrText    string                    `json:"et,omitempty"`
	Took       time.Duration             `json:"d,omitempty"`
	SourceType string                    `json:"st,omitempty"`
	SourceName string                    `json:"sn,omitempty"`
	SourceUPN  string                    `json:"su,omitempty"`
	TargetName string                    `json:"tn,omitempty"`
	Steps      []hospes.ProvisioningStep `json:"s,omitempty"`
	Modified   []hospes.ModifiedProperty `json:"m,omitempty"`
}

// LogProvisioning appends records.
func (t *tx) LogProvisioning(records ...*hospes.Provisioning) error {
	t.provisionings = append(t.provisionings, records...)
	return nil
}

func (t *tx) flushProvisionings() error {
	if len(t.provisionings) == 0 {
		return nil
	}
	counters, err := t.numbersFor(len(t.provisionings))
	if err != nil {
		return err
	}
	rows := newBatch("provisionings", "number tenant at job source_id:blob target_id:text doc:text")
	buffer := make([]byte, 0, 2048)
	for i, p := range t.provisionings {
		p.Number = hospes.MakeNumber(t.tenant.Number, hospes.ClassProvisioning, counters[i])
		if p.At.IsZero() {
			p.At = t.now
		}
		buffer = appendProvisioning(buffer[:0], p)
		rows.add(int64(p.Number), t.number(), p.At.UnixMicro(), int64(p.Job), p.SourceID.Bytes(), p.TargetID, string(buffer))
	}
	t.provisionings = nil
	return rows.insert(t.ctx, t.session)
}

// appendProvisioning writes the record by hand, because every write of the engine pays for it. It writes what
// encoding/json would for provisioningDoc, which reads it.
func appendProvisioning(b []byte, p *hospes.Provisioning) []byte {
	b = append(b, '{')
	text := func(name, value string) {
		if value != "" {
			b = append(append(append(b, '"'), name...), '"', ':')
			b = append(hospes.AppendQuoted(b, value), ',')
		}
	}
	text("y", p.Cycle)
	text("x", p.ChangeID)
	text("a", string(p.Action))
	text("o", string(p.Outcome))
	text("ec", p.ErrCode)
	text("et", p.ErrText)
	if p.Took != 0 {
		b = append(b, `"d":`...)
		b = appendInt(b, int64(p.Took))
		b = append(b, ',')
	}
	text("st", p.SourceType)
	text("sn", p.SourceName)
	text("su", p.SourceUPN)
	text("tn", p.TargetName)
	if len(p.Steps) > 0 {
		b = append(b, `"s":[`...)
		for _, s := range p.Steps {
			b = append(appendStep(b, s), ',')
		}
		b[len(b)-1] = ']'
		b = append(b, ',')
	}
	if len(p.Modified) > 0 {
		b = append(b, `"m":[`...)
		for _, m := range p.Modified {
			b = append(b, `{"n":`...)
			b = hospes.AppendQuoted(b, m.Name)
			if m.Old != "" {
				b = hospes.AppendQuoted(append(b, `,"a":`...), string(m.Old))
			}
			if m.New != "" {
				b = hospes.AppendQuoted(append(b, `,"b":`...), string(m.New))
			}
			b = append(b, '}', ',')
		}
		b[len(b)-1] = ']'
		b = append(b, ',')
	}
	b[len(b)-1] = '}'
	return b
}

func appendStep(b []byte, s hospes.ProvisioningStep) []byte {
	b = hospes.AppendQuoted(append(b, `{"c":`...), s.Code)
	b = hospes.AppendQuoted(append(b, `,"t":`...), string(s.Type))
	b = hospes.AppendQuoted(append(b, `,"o":`...), string(s.Outcome))
	if len(s.Details) > 0 {
		b = append(b, `,"d":{`...)
		for name, value := range s.Details {
			b = append(hospes.AppendQuoted(b, name), ':')
			b = append(hospes.AppendQuoted(b, value), ',')
		}
		b[len(b)-1] = '}'
	}
	return append(b, '}')
}

func appendInt(b []byte, n int64) []byte {
	text, _ := json.Marshal(n) // an integer always marshals
	return append(b, text...)
}

// Provisionings reads the provisioning log, newest first.
func (h *handle) Provisionings(q store.LogQuery) ([]hospes.Provisioning, error) {
	after, before := h.logBounds(q, hospes.ClassProvisioning)
	b := h.logQuery("p", after, before, q)
	if q.Job != 0 {
		b.and("p.job = " + b.arg(int64(q.Job)))
	}
	if !q.SourceID.IsZero() {
		b.and("p.source_id = " + b.arg(q.SourceID.Bytes()))
	}
	if q.TargetID != "" {
		b.and("p.target_id = " + b.arg(q.TargetID))
	}
	var list []hospes.Provisioning
	err := h.each(func(rows *sql.Rows) error {
		var p hospes.Provisioning
		var at int64
		var id []byte
		var doc string
		if err := rows.Scan(&p.Number, &at, &p.Job, &id, &p.TargetID, &doc); err != nil {
			return err
		}
		var d provisioningDoc
		if err := json.Unmarshal([]byte(doc), &d); err != nil {
			return err
		}
		p.At, p.SourceID = time.UnixMicro(at).UTC(), hospes.ObjectID(id)
		p.Cycle, p.ChangeID, p.Action, p.Outcome, p.ErrCode, p.ErrText = d.Cycle, d.ChangeID, d.Action, d.Outcome, d.ErrCode, d.ErrText
		p.SourceType = d.SourceType
		p.Took, p.SourceName, p.SourceUPN, p.TargetName, p.Steps, p.Modified = d.Took, d.SourceName, d.SourceUPN, d.TargetName, d.Steps, d.Modified
		list = append(list, p)
		return nil
	}, "SELECT p.number, p.at, p.job, p.source_id, p.target_id, p.doc FROM provisionings p WHERE "+b.where.String()+
		" ORDER BY p.number DESC LIMIT "+b.arg(int64(limitOf(q))), b.args...)
	return list, err
}
