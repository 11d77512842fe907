package main

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	"github.com/microsoft/kiota-abstractions-go/serialization"
	jsonserialization "github.com/microsoft/kiota-serialization-json-go"
	graphcore "github.com/microsoftgraph/msgraph-sdk-go-core"
	"github.com/microsoftgraph/msgraph-sdk-go-core/authentication"
)

// scopes are all that the application was granted.
var scopes = []string{"https://graph.microsoft.com/.default"}

// graph is one tenant, by the request adapter of the SDK.
type graph struct {
	base       string
	credential *azidentity.ClientSecretCredential
	adapter    *graphcore.GraphRequestAdapterBase
}

// connect needs three things that a program for Microsoft's own addresses does without: the authority of the credential,
// the host that may be given tokens, and the address of Graph.
func connect(base string, t tenant) (*graph, error) {
	abstractions.RegisterDefaultSerializer(func() serialization.SerializationWriterFactory {
		return jsonserialization.NewJsonSerializationWriterFactory()
	})
	abstractions.RegisterDefaultDeserializer(func() serialization.ParseNodeFactory { return jsonserialization.NewJsonParseNodeFactory() })
	credential, err := azidentity.NewClientSecretCredential(t.ID, t.ClientID, t.ClientSecret, &azidentity.ClientSecretCredentialOptions{
		ClientOptions:            azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: base + "/"}},
		DisableInstanceDiscovery: true,
	})
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	auth, err := authentication.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(credential, scopes, []string{u.Hostname()})
	if err != nil {
		return nil, err
	}
	adapter, err := graphcore.NewGraphRequestAdapterBase(auth, graphcore.GraphClientOptions{GraphServiceVersion: "v1.0"})
	if err != nil {
		return nil, err
	}
	adapter.SetBaseUrl(base + "/v1.0")
	return &graph{base: base + "/v1.0", credential: credential, adapter: adapter}, nil
}

// request makes one of a method, a path or whole address, and a body where there is one.
func (g *graph) request(method abstractions.HttpMethod, path string, body any) (*abstractions.RequestInformation, error) {
	q := abstractions.NewRequestInformation()
	q.Method = method
	if !strings.HasPrefix(path, "https://") {
		path = g.base + path
	}
	u, err := url.Parse(path)
	if err != nil {
		return nil, err
	}
	q.SetUri(*u)
	q.Headers.TryAdd("Accept", "application/json")
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		q.SetStreamContentAndContentType(text, "application/json")
	}
	return q, nil
}

// send asks for an item; headers come in pairs.
func (g *graph) send(ctx context.Context, method abstractions.HttpMethod, path string, body any, headers ...string) (*item, error) {
	q, err := g.request(method, path, body)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		q.Headers.Add(headers[i], headers[i+1])
	}
	answer, err := g.adapter.Send(ctx, q, newItem, failures)
	if err != nil || answer == nil {
		return nil, err
	}
	return answer.(*item), nil
}

// do sends what is answered with nothing.
func (g *graph) do(ctx context.Context, method abstractions.HttpMethod, path string, body any) error {
	q, err := g.request(method, path, body)
	if err != nil {
		return err
	}
	return g.adapter.SendNoContent(ctx, q, failures)
}
