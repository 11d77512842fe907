package provision

import (
	"encoding/json"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/scope"
)

// Schema is a synchronizationSchema, in wire form (provisioning 9.4).
type Schema struct {
	ID          string                `json:"id"`
	Version     string                `json:"version"`
	Directories []DirectoryDefinition `json:"directories"`
	Rules       []Rule                `json:"synchronizationRules"`
}

// Rule is a synchronizationRule.
type Rule struct {
	ID                  string          `json:"id"`
	Name                string          `json:"name"`
	Priority            int             `json:"priority"`
	Editable            bool            `json:"editable"`
	ContainerFilter     json.RawMessage `json:"containerFilter"`
	GroupFilter         json.RawMessage `json:"groupFilter"`
	SourceDirectoryName string          `json:"sourceDirectoryName"`
	TargetDirectoryName string          `json:"targetDirectoryName"`
	Metadata            []Metadata      `json:"metadata"`
	ObjectMappings      []ObjectMapping `json:"objectMappings"`
}

// Metadata is a key with a value.
type Metadata struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ObjectMapping says how objects of one kind become objects of another.
type ObjectMapping struct {
	Name              string             `json:"name"`
	Enabled           bool               `json:"enabled"`
	FlowTypes         string             `json:"flowTypes"`
	SourceObjectName  string             `json:"sourceObjectName"`
	TargetObjectName  string             `json:"targetObjectName"`
	Scope             *scope.Filter      `json:"scope"`
	Metadata          []Metadata         `json:"metadata"`
	AttributeMappings []AttributeMapping `json:"attributeMappings"`
}

// AttributeMapping says where the value of a target attribute comes from.
type AttributeMapping struct {
	TargetAttributeName     string          `json:"targetAttributeName"`
	DefaultValue            *string         `json:"defaultValue"`
	ExportMissingReferences bool            `json:"exportMissingReferences"`
	FlowBehavior            string          `json:"flowBehavior"`
	FlowType                string          `json:"flowType"`
	MatchingPriority        int             `json:"matchingPriority"`
	Source                  *mapping.Source `json:"source"`
}

// Flow types.
const (
	FlowAlways         = "Always"
	FlowObjectAddOnly  = "ObjectAddOnly"
	FlowMultiValueAdd  = "MultiValueAddOnly"
	FlowValueAddOnly   = "ValueAddOnly"
	FlowAttributeAdd   = "AttributeAddOnly"
	flowAllOperations  = "Add, Update, Delete"
	matchAttributeName = "alternativeSecurityIds"
	matchExpression    = "AltSecIdFromNetId([netId])"
)

// DirectoryDefinition lists the objects of a system and their attributes.
type DirectoryDefinition struct {
	ID                string             `json:"id"`
	Name              string             `json:"name"`
	ReadOnly          bool               `json:"readOnly"`
	Version           *string            `json:"version"`
	DiscoveryDateTime *string            `json:"discoveryDateTime"`
	Discoverabilities string             `json:"discoverabilities"`
	Metadata          []Metadata         `json:"metadata"`
	Objects           []ObjectDefinition `json:"objects"`
}

// ObjectDefinition lists the attributes of one kind of object.
type ObjectDefinition struct {
	Name          string                `json:"name"`
	SupportedAPIs []string              `json:"supportedApis"`
	Metadata      []Metadata            `json:"metadata"`
	Attributes    []AttributeDefinition `json:"attributes"`
}

// AttributeDefinition describes one attribute.
type AttributeDefinition struct {
	Name              string                  `json:"name"`
	Type              connector.AttributeType `json:"type"`
	Anchor            bool                    `json:"anchor"`
	CaseExact         bool                    `json:"caseExact"`
	Multivalued       bool                    `json:"multivalued"`
	Required          bool                    `json:"required"`
	Mutability        string                  `json:"mutability"`
	DefaultValue      *string                 `json:"defaultValue"`
	FlowNullValues    bool                    `json:"flowNullValues"`
	ReferencedObjects []ReferencedObject      `json:"referencedObjects"`
	Metadata          []Metadata              `json:"metadata"`
}

// ReferencedObject names what a reference attribute can point to.
type ReferencedObject struct {
	ReferencedObjectName string `json:"referencedObjectName"`
	ReferencedProperty   string `json:"referencedProperty"`
}

// defaultMappings is the table of provisioning 3.3: target attribute, expression, flow type.
var defaultMappings = []struct{ target, expression, flow string }{
	{matchAttributeName, matchExpression, FlowAlways},
	{"IsSoftDeleted", "[IsSoftDeleted]", FlowAlways},
	{"accountEnabled", "[accountEnabled]", FlowAlways},
	{"streetAddress", "[streetAddress]", FlowAlways},
	{"city", "[city]", FlowAlways},
	{"state", "[state]", FlowAlways},
	{"postalCode", "[postalCode]", FlowAlways},
	{"country", "[country]", FlowAlways},
	{"department", "[department]", FlowAlways},
	{"employeeId", "[employeeId]", FlowAlways},
	{"displayName", "[displayName]", FlowAlways},
	{"givenName", "[givenName]", FlowAlways},
	{"surname", "[surname]", FlowAlways},
	{"mailNickname", "[mailNickname]", FlowAlways},
	{"preferredLanguage", "[preferredLanguage]", FlowAlways},
	{"showInAddressList", `"true"`, FlowAlways},
	{"userType", `"Member"`, FlowObjectAddOnly},
	{"userPrincipalName", "[userPrincipalName]", FlowAlways},
	{"jobTitle", "[jobTitle]", FlowAlways},
	{"mail", "[mail]", FlowAlways},
	{"mobile", "[mobile]", FlowAlways},
	{"telephoneNumber", "[telephoneNumber]", FlowAlways},
	{"physicalDeliveryOfficeName", "[physicalDeliveryOfficeName]", FlowAlways},
	{"companyName", "[companyName]", FlowAlways},
	{"manager", "[manager]", FlowAlways},
}

// groupMappings are those of the group mapping, which is off by default.
var groupMappings = []struct{ target, expression string }{
	{"displayName", "[displayName]"}, {"mailNickname", "[mailNickname]"}, {"description", "[description]"},
	{"securityEnabled", `"True"`}, {"mailEnabled", `"False"`}, {"members", "[members]"},
}

// DefaultSchema is the schema that a job has until its own is saved. The ids follow from the job, so that they are the
// same at every reading.
func DefaultSchema(job hospes.Job) Schema {
	users := ObjectMapping{
		Name: "Provision Azure Active Directory Users", Enabled: true, FlowTypes: flowAllOperations,
		SourceObjectName: "User", TargetObjectName: "User",
		Metadata: []Metadata{{Key: "EscrowBehavior", Value: `"Default"`}},
	}
	for _, m := range defaultMappings {
		a := attributeMapping(m.target, m.expression, m.flow)
		if m.target == matchAttributeName {
			a.MatchingPriority = 1
		}
		users.AttributeMappings = append(users.AttributeMappings, a)
	}
	groups := ObjectMapping{
		Name: "Provision Microsoft Entra ID Groups", Enabled: false, FlowTypes: flowAllOperations,
		SourceObjectName: "Group", TargetObjectName: "Group", Metadata: []Metadata{{Key: "EscrowBehavior", Value: `"Default"`}},
	}
	for _, m := range groupMappings {
		groups.AttributeMappings = append(groups.AttributeMappings, attributeMapping(m.target, m.expression, FlowAlways))
	}
	return Schema{
		ID: job.ID, Version: "v1.2",
		Directories: []DirectoryDefinition{
			directoryDefinition(derivedID(job.ID, "source"), local.SourceDirectory, local.GroupSourceDirectory),
			directoryDefinition(derivedID(job.ID, "target"), local.TargetDirectory, local.GroupTargetDirectory),
		},
		Rules: []Rule{{
			ID: derivedID(job.ID, "rule"), Name: "USER_INBOUND_USER", Priority: 1, Editable: true,
			ContainerFilter: json.RawMessage("null"), GroupFilter: json.RawMessage("null"),
			SourceDirectoryName: local.SourceDirectory.Name, TargetDirectoryName: local.TargetDirectory.Name,
			Metadata: []Metadata{
				{Key: "defaultSourceObjectMappings", Value: ""}, {Key: "supportsProvisionOnDemand", Value: "true"},
			},
			ObjectMappings: []ObjectMapping{users, groups},
		}},
	}
}

func attributeMapping(target, expression, flow string) AttributeMapping {
	expr, err := mapping.Parse(expression)
	if err != nil {
		panic("provision: " + err.Error()) // the table is ours
	}
	source := mapping.FromExpr(expr)
	return AttributeMapping{TargetAttributeName: target, FlowBehavior: "FlowWhenChanged", FlowType: flow, Source: &source}
}

func directoryDefinition(id string, people, groups *connector.Directory) DirectoryDefinition {
	return DirectoryDefinition{
		ID: id, Name: people.Name, Discoverabilities: "None", Metadata: []Metadata{},
		Objects: []ObjectDefinition{objectDefinition("User", people), objectDefinition("Group", groups)},
	}
}

func objectDefinition(name string, d *connector.Directory) ObjectDefinition {
	o := ObjectDefinition{Name: name, SupportedAPIs: []string{"Read", "Write", "Delta"}, Metadata: []Metadata{}}
	for _, a := range d.Attributes {
		mutability := "ReadWrite"
		if a.ReadOnly {
			mutability = "ReadOnly"
		}
		def := AttributeDefinition{
			Name: a.Name, Type: a.Type, Anchor: a.Anchor, CaseExact: a.CaseExact, Multivalued: a.Many, Required: a.Required,
			Mutability: mutability, ReferencedObjects: []ReferencedObject{}, Metadata: []Metadata{},
		}
		if a.Type == connector.Reference {
			def.ReferencedObjects = append(def.ReferencedObjects, ReferencedObject{ReferencedObjectName: "User", ReferencedProperty: "objectId"})
		}
		o.Attributes = append(o.Attributes, def)
	}
	return o
}

// mapping gives the mapping of a kind of objects, or nil.
func (r *Rule) mapping(k *kind) *ObjectMapping {
	for i := range r.ObjectMappings {
		m := &r.ObjectMappings[i]
		if strings.EqualFold(m.SourceObjectName, k.name) && (k == groups) == strings.EqualFold(m.TargetObjectName, groups.name) {
			return m
		}
	}
	return nil
}

// extensions gives the directory extensions that a schema declares for a directory (provisioning 3.8). Those with
// several values cannot be mapped.
func (s Schema) extensions(directory string) []connector.Attribute {
	var list []connector.Attribute
	for _, d := range s.Directories {
		if d.Name != directory {
			continue
		}
		for _, o := range d.Objects {
			if !strings.EqualFold(o.Name, "User") {
				continue
			}
			for _, a := range o.Attributes {
				if strings.HasPrefix(a.Name, hospes.ExtensionPrefix) && !a.Multivalued {
					list = append(list, connector.Attribute{Name: a.Name, Type: a.Type, CaseExact: a.CaseExact})
				}
			}
		}
	}
	return list
}

// readSchema reads a schema that a job keeps.
func readSchema(text string) (Schema, error) {
	var s Schema
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, hospes.Internal("provision.SchemaOf", err)
	}
	return s, nil
}
