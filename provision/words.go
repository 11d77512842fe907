package provision

import (
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
	who := p.SourceUPN
	if who == "" {
		who = p.SourceID.String()
	}
	user := "User '" + who + "'"
	switch s.Code {
	case "EntryImport":
		return "Retrieved " + user + " from " + SourceSystem
	case "EntryImportAdd":
		return "Received " + user + " change of type (Add) from " + SourceSystem
	case "EntryImportUpdate":
		return "Received " + user + " change of type (Update) from " + SourceSystem
	case "EntryImportDelete":
		return "Received " + user + " change of type (Delete) from " + SourceSystem
	case "EntrySynchronizationScoping":
		return "Determine if User in scope by evaluating against each scoping filter"
	case "EntryMatch":
		return "Found the matching " + user + " in " + TargetSystem
	case "EntrySynchronizationAdd":
		return user + " will be created in " + TargetSystem + " (User is active and assigned in " + SourceSystem +
			", but no matching User was found in " + TargetSystem + ")"
	case "EntrySynchronizationUpdate":
		return user + " will be updated in " + TargetSystem + " (User is active and assigned in " + SourceSystem +
			", and a matching User was found in " + TargetSystem + ")"
	case "EntrySynchronizationDelete":
		return user + " will be deleted in " + TargetSystem + " (User is no longer in scope in " + SourceSystem + ")"
	case "EntrySynchronizationSkip":
		if s.Details["SkipReason"] == string(ReasonRedundant) {
			return "The state of the user in both the source and target systems already match. No change to the " + user + " currently needs to be made."
		}
		return user + " will be skipped: " + s.Details["SkipReason"]
	case "EntryExportAdd", "EntryExportUpdate", "EntryExportDelete":
		verb := map[string]string{"EntryExportAdd": "create", "EntryExportUpdate": "update", "EntryExportDelete": "delete"}[s.Code]
		switch s.Outcome {
		case hospes.OutcomeFailure:
			return "Failed to " + verb + " " + user + " in " + TargetSystem
		case hospes.OutcomeSkipped:
			return "The operation on " + user + " is held"
		}
		return user + " was " + verb + "d in " + TargetSystem
	}
	return s.Code
}
