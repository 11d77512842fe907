package graphapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/store"
)

// jobSetting is one of a job's settings; those that the service keeps for itself are shown and cannot be changed.
type jobSetting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// wireJobSettings gives what every job shows, and then what was set for this one.
func wireJobSettings(job hospes.Job, threshold int64) []jobSetting {
	list := []jobSetting{
		{"AzureIngestionAttributeOptimization", "False"}, {"LookaheadQueryEnabled", "False"},
		{"QuarantineTooManyDeletesThreshold", jsonInt(threshold)},
	}
	for _, name := range slices.Sorted(maps.Keys(job.Settings)) {
		list = append(list, jobSetting{name, job.Settings[name]})
	}
	return list
}

// patchJob changes settings of a job; they are all that a request can change about it without an action of its own.
func (c *call) patchJob() error {
	const op, property = "graphapi.patchJob", "synchronizationJobSettings"
	list, err := c.members()
	if err != nil {
		return err
	}
	for _, m := range list {
		if !strings.EqualFold(m.name, property) && !strings.Contains(m.name, "@") {
			return directory.UnknownProperty(m.name)
		}
	}
	var body struct {
		Settings []struct {
			Name  string  `json:"name"`
			Value *string `json:"value"`
		} `json:"synchronizationJobSettings"`
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if body.Settings == nil {
		return hospes.Invalidf(op, "A value is required for property '%s'.", property)
	}
	settings := map[string]string{}
	for _, s := range body.Settings {
		if _, twice := settings[s.Name]; twice {
			return hospes.Invalidf(op, "The setting '%s' is given twice.", s.Name)
		}
		settings[s.Name] = ""
		if s.Value != nil {
			settings[s.Name] = *s.Value
		}
	}
	return changeJob(func(e *provision.Engine, tx store.Tx, sp *hospes.Object, job hospes.Job) error {
		return e.PutJobSettings(tx, sp, job, settings)
	})(c)
}
