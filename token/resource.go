package token

import (
	"slices"
	"strings"
)

// GraphAppID is the application id of Microsoft Graph in every tenant.
const GraphAppID = "00000003-0000-0000-c000-000000000000"

// GraphResource is the name that tokens for Graph carry unless another of its names was asked for.
const GraphResource = "https://graph.microsoft.com"

// IsGraph tells whether a resource or audience is one of the names of Graph: that of the original, its application id,
// or an origin of this server, each with and without slashes at the end.
func (a *Authority) IsGraph(resource string) bool {
	resource = strings.TrimRight(resource, "/")
	if strings.EqualFold(resource, GraphResource) || strings.EqualFold(resource, GraphAppID) {
		return true
	}
	for _, origin := range a.config.Origins {
		if strings.EqualFold(resource, strings.TrimRight(origin, "/")) {
			return true
		}
	}
	return false
}

// management are the names of Azure's resource management, which the Azure command line signs in to before anything else.
var management = []string{"https://management.azure.com", "https://management.core.windows.net", "797f4846-ba00-4fd7-ba43-dac1f8f63013"}

// IsManagement tells whether a resource or audience is one of the names of Azure's resource management.
func IsManagement(resource string) bool {
	return slices.ContainsFunc(management, func(name string) bool { return strings.EqualFold(name, strings.TrimRight(resource, "/")) })
}
