package oidc

import (
	"net/http"
)

// cloudAnswer describes this server as a cloud, for az and Terraform. What hospes does not have points at hospes too:
// clients refuse a description that lacks it, and then never call it.
type cloudAnswer struct {
	Name                string              `json:"name"`
	Portal              string              `json:"portal"`
	Authentication      cloudAuthentication `json:"authentication"`
	GraphAudience       string              `json:"graphAudience"`
	Graph               string              `json:"graph"`
	ResourceManager     string              `json:"resourceManager"`
	GraphResourceID     string              `json:"microsoftGraphResourceId"`
	Suffixes            cloudSuffixes       `json:"suffixes"`
	Batch               string              `json:"batch"`
	Gallery             string              `json:"gallery"`
	SQLManagement       string              `json:"sqlManagement"`
	Media               string              `json:"media"`
	ActiveDirectoryLake string              `json:"activeDirectoryDataLake"`
	VMImageAliasDoc     string              `json:"vmImageAliasDoc"`
}

type cloudAuthentication struct {
	LoginEndpoint    string   `json:"loginEndpoint"`
	Audiences        []string `json:"audiences"`
	Tenant           string   `json:"tenant"`
	IdentityProvider string   `json:"identityProvider"`
}

type cloudSuffixes struct {
	Storage           string `json:"storage"`
	KeyVaultDNS       string `json:"keyVaultDns"`
	SQLServerHostname string `json:"sqlServerHostname"`
	ACRLoginServer    string `json:"acrLoginServer"`
}

// cloud answers one cloud, or a list of one in the versions that had lists.
func (h *Handler) cloud(x *exchange) error {
	o, slash := x.login, x.graph+"/"
	c := cloudAnswer{
		Name: "Hospes", Portal: o,
		// Without a slash at the end: clients put one before the tenant.
		Authentication: cloudAuthentication{LoginEndpoint: o, Audiences: []string{slash, "https://management.azure.com/"}, Tenant: "common", IdentityProvider: "AAD"},
		GraphAudience:  slash, Graph: slash, ResourceManager: slash, GraphResourceID: slash,
		Suffixes: cloudSuffixes{Storage: "core.windows.net", KeyVaultDNS: "vault.azure.net", SQLServerHostname: "database.windows.net", ACRLoginServer: "azurecr.io"},
		Batch:    slash, Gallery: o, SQLManagement: o, Media: o, ActiveDirectoryLake: o, VMImageAliasDoc: o,
	}
	switch x.r.URL.Query().Get("api-version") {
	case "2019-05-01", "2020-06-01":
		return x.answer(http.StatusOK, []cloudAnswer{c})
	}
	return x.answer(http.StatusOK, c)
}
