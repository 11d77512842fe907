package provision

import (
	"cmp"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector/local"
)

// Names of the two ends of a job, as records show them.
var (
	SourceSystem = local.SourceDirectory.Name
	TargetSystem = local.TargetDirectory.Name
)

// Describe gives the sentence of a step, in the words of the original (provisioning 7.1).
func Describe(p *hospes.Provisioning, s hospes.ProvisioningStep) string {
	kind := p.Type()
	object := kind + " '" + cmp.Or(p.SourceUPN, p.SourceName, p.SourceID.String()) + "'"
	switch s.Code {
	case "EntryImport":
		return "Retrieved " + object + " from " + SourceSystem
	case "EntryImportAdd":
		return "Received " + object + " change of type (Add) from " + SourceSystem
	case "EntryImportUpdate":
		return "Received " + object + " change of type (Update) from " + SourceSystem
	case "EntryImportDelete":
		return "Received " + object + " change of type (Delete) from " + SourceSystem
	case "EntrySynchronizationScoping":
		return "Determine if " + kind + " in scope by evaluating against each scoping filter"
	case "EntryMatch":
		return "Found the matching " + object + " in " + TargetSystem
	case "EntrySynchronizationAdd":
		return object + " will be created in " + TargetSystem + " (" + kind + " is active and assigned in " + SourceSystem +
			", but no matching " + kind + " was found in " + TargetSystem + ")"
	case "EntrySynchronizationUpdate":
		return object + " will be updated in " + TargetSystem + " (" + kind + " is active and assigned in " + SourceSystem +
			", and a matching " + kind + " was found in " + TargetSystem + ")"
	case "EntrySynchronizationDelete":
		return object + " will be deleted in " + TargetSystem + " (" + kind + " is no longer in scope in " + SourceSystem + ")"
	case "EntrySynchronizationSkip":
		if s.Details["SkipReason"] == string(ReasonRedundant) {
			return "The state of the " + strings.ToLower(kind) + " in both the source and target systems already match. No change to the " + object + " currently needs to be made."
		}
		return object + " will be skipped: " + s.Details["SkipReason"]
	case "EntryExportUpdateReference":
		if s.Details == nil {
			return "The manager of " + object + " was set in " + TargetSystem
		}
		return s.Details["added"] + " members were added to " + object + " in " + TargetSystem + ", " + s.Details["removed"] + " were removed"
	case "EntryExportAdd", "EntryExportUpdate", "EntryExportDelete":
		verb := map[string]string{"EntryExportAdd": "create", "EntryExportUpdate": "update", "EntryExportDelete": "delete"}[s.Code]
		switch s.Outcome {
		case hospes.OutcomeFailure:
			return "Failed to " + verb + " " + object + " in " + TargetSystem
		case hospes.OutcomeSkipped:
			return "The operation on " + object + " is held"
		}
		return object + " was " + verb + "d in " + TargetSystem
	}
	return s.Code
}
