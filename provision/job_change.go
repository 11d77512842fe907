package provision

import (
	"encoding/json"
	"maps"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// PutSchema replaces a job's schema whole; the next cycle is an initial one (provisioning 1.2). A nil schema goes back
// to the template's.
func (e *Engine) PutSchema(tx store.Tx, principal *hospes.Object, job hospes.Job, schema *Schema) error {
	job.Schema = ""
	if schema != nil {
		template, err := e.template(job.Template)
		if err != nil {
			return err
		}
		if _, _, err := compile(*schema, template); err != nil {
			return err
		}
		text, err := json.Marshal(schema)
		if err != nil {
			return err
		}
		job.Schema = string(text)
	}
	job.Status.Initial = true
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	if job.State == hospes.JobActive {
		if err := tx.Schedule(job.Number, tx.Now()); err != nil {
			return err
		}
	}
	return tx.Audit(jobAudit("Update attribute mappings or scope", principal))
}

// PutJobSettings merges settings of a job by name; an empty value removes one.
func (e *Engine) PutJobSettings(tx store.Tx, principal *hospes.Object, job hospes.Job, settings map[string]string) error {
	const op = "provision.PutJobSettings"
	merged := maps.Clone(job.Settings)
	if merged == nil {
		merged = map[string]string{}
	}
	for name, value := range settings {
		switch {
		case value == "":
			delete(merged, name)
			continue
		case name != hospes.SettingTargetBlock:
			return hospes.Invalidf(op, "'%s' is not a setting of jobs.", name)
		case value != hospes.TargetBlockKeep && value != hospes.TargetBlockOverwrite:
			return hospes.Invalidf(op, "The setting %s is keep or overwrite.", name)
		}
		merged[name] = value
	}
	job.Settings = merged
	if err := tx.PutJob(&job); err != nil {
		return err
	}
	return tx.Audit(jobAudit("Update provisioning setting or credentials", principal))
}

// wakeJobs makes the jobs of a service principal look at what was changed about them; at everybody, where it concerns
// who is in scope. elsewhere tells that the target is another one now.
func (e *Engine) wakeJobs(tx store.Tx, principal *hospes.Object, everybody, elsewhere bool) error {
	jobs, err := tx.Jobs(principal.Number)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if elsewhere { // the people of the old target stay as they are, and are nobody's any more
			if err := e.dropLinks(tx, job); err != nil {
				return err
			}
			if err := tx.ClearEscrows(job.Number); err != nil {
				return err
			}
			job.Status.Cycle, job.Status.Synchronized, job.Status.Grouped = nil, 0, 0
		}
		if everybody && !job.Status.Initial || elsewhere {
			job.Status.Initial = true
			if err := tx.PutJob(&job); err != nil {
				return err
			}
		}
		if job.State != hospes.JobActive {
			continue
		}
		if err := tx.Schedule(job.Number, tx.Now()); err != nil {
			return err
		}
	}
	return nil
}
