package provision

import (
	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/local"
)

// TemplateID is the synchronization template of cross-tenant synchronization.
const TemplateID = "Azure2Azure"

// Template is what jobs are made from: the kind of target, and the schema to begin with (provisioning 9.2).
type Template struct {
	ID string

	// Schema gives the schema of a job until its own is saved.
	Schema func(job hospes.Job) Schema

	// Directory gives the attributes of the target, those included that a schema adds.
	Directory func(Schema) *connector.Directory

	// Groups gives the attributes of the target's groups; nil where it takes none.
	Groups *connector.Directory

	// Connect gives the way to the target that the settings describe.
	Connect func(Settings, *connector.Directory) (connector.Connector, error)
}

// crossTenant is the template of jobs whose target is a tenant of this instance.
func (e *Engine) crossTenant() Template {
	return Template{
		ID: TemplateID, Schema: DefaultSchema, Groups: local.GroupTargetDirectory,
		Directory: func(s Schema) *connector.Directory {
			if more := s.extensions(local.TargetDirectory.Name); len(more) > 0 {
				return local.TargetDirectory.With(more...)
			}
			return local.TargetDirectory
		},
		Connect: func(s Settings, d *connector.Directory) (connector.Connector, error) {
			id, ok := s.Target()
			if !ok {
				return nil, credentialsMissing()
			}
			return local.Tenant{ID: id, Random: e.Random, Attributes: d}, nil
		},
	}
}

// template finds a template by its id.
func (e *Engine) template(id string) (Template, error) {
	if id == TemplateID {
		return e.crossTenant(), nil
	}
	for _, t := range e.Templates {
		if t.ID == id {
			return t, nil
		}
	}
	return Template{}, hospes.Invalidf("provision.Template", "There is no synchronization template '%s'.", id)
}

// SchemaOf gives the schema of a job: its own, or the template's.
func (e *Engine) SchemaOf(job hospes.Job) (Schema, error) {
	template, err := e.template(job.Template)
	if err != nil {
		return Schema{}, err
	}
	if job.Schema == "" {
		return template.Schema(job), nil
	}
	return readSchema(job.Schema)
}

// connect gives the way to a job's target.
func (e *Engine) connect(settings Settings, job hospes.Job) (connector.Connector, error) {
	template, err := e.template(job.Template)
	if err != nil {
		return nil, err
	}
	schema, err := e.SchemaOf(job)
	if err != nil {
		return nil, err
	}
	return template.Connect(settings, template.Directory(schema))
}
