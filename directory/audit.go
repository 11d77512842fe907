package directory

import (
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// auditKind is what records call an object of a class: the type of the target, where the record is filed, the name of the
// class in activities, and what a change is called where it is not "Update" and the name.
type auditKind struct{ target, category, name, update string }

// accessSettings is the category of cross-tenant access (guests 5.1).
const accessSettings = "CrossTenantAccessSettings"

var auditKinds = map[hospes.Class]auditKind{
	hospes.ClassUser:                     {"User", "UserManagement", "user", ""},
	hospes.ClassGroup:                    {"Group", "GroupManagement", "group", ""},
	hospes.ClassApplication:              {"Application", "ApplicationManagement", "application", ""},
	hospes.ClassServicePrincipal:         {"ServicePrincipal", "ApplicationManagement", "service principal", ""},
	hospes.ClassDirectoryRole:            {"Role", "RoleManagement", "role", ""},
	hospes.ClassPermissionGrant:          {"Other", "ApplicationManagement", "delegated permission grant", ""},
	hospes.ClassContact:                  {"Contact", "Contact", "contact", ""},
	hospes.ClassOrganization:             {"Directory", "DirectoryManagement", "organization", "Set Company Information"},
	hospes.ClassAuthorizationPolicy:      {"Policy", "AuthorizationPolicy", "policy", "Update authorization policy"},
	hospes.ClassSignInPolicy:             {"Policy", "Policy", "policy", "Update sign-in policy"},
	hospes.ClassCrossTenantAccessPolicy:  {"Policy", accessSettings, "policy", "Update cross-tenant access setting"},
	hospes.ClassCrossTenantAccessDefault: {"Policy", accessSettings, "policy", "Update the company default cross-tenant access setting"},
	hospes.ClassPartner:                  {"Policy", accessSettings, "policy", "Update a partner cross-tenant access setting"},
}

// auditKindOf gives the kind of a class; what is not listed is a policy.
func auditKindOf(c hospes.Class) auditKind {
	if kind, known := auditKinds[c]; known {
		return kind
	}
	return auditKind{target: "Policy", category: "Policy", name: "policy"}
}

// audit begins a record of the directory about an object.
func audit(activity, operation string, o *hospes.Object) *hospes.Audit {
	kind := auditKindOf(o.Schema.Class)
	target := hospes.AuditTarget{ID: o.ID.String(), Type: kind.target}
	if p := o.Schema.Property("displayName"); p != nil {
		target.DisplayName = o.Text(p)
	}
	if o.Schema.Class == hospes.ClassUser {
		target.UPN = o.Text(hospes.UserPrincipalName)
	}
	return &hospes.Audit{
		Activity: activity, Category: kind.category, Service: "Core Directory", Operation: operation, Result: "success",
		Targets: []hospes.AuditTarget{target},
	}
}

func userAudit(activity, operation string, user *hospes.Object) *hospes.Audit {
	return audit(activity, operation, user)
}

// putAudited stores a changed object and its record, or does nothing where nothing differs.
func putAudited(tx store.Tx, activity string, o *hospes.Object) error {
	changed := o.Changed()
	if changed.Empty() {
		return nil
	}
	record := audit(activity, "Update", o)
	record.Targets[0].Modified = modified(o)
	if err := tx.Put(o); err != nil {
		return err
	}
	return tx.Audit(record)
}

// modified gives what has changed of an object, as its record tells it.
func modified(o *hospes.Object) (list []hospes.AuditModified) {
	changed := o.Changed()
	for _, p := range o.Schema.Properties {
		if changed.Has(p) && (p.Access != hospes.Hidden || p == hospes.PartnerIdentitySynchronization || p == hospes.ApplicationFederated) {
			list = append(list, hospes.AuditModified{Name: p.Name, Old: string(o.Loaded(p)), New: string(o.Get(p))})
		}
	}
	for _, name := range o.ChangedExtensions() {
		_, v := o.Extension(name)
		list = append(list, hospes.AuditModified{Name: name, Old: string(o.LoadedExtension(name)), New: string(v)})
	}
	return list
}

// createAudited stores a new object and its record.
func createAudited(tx store.Tx, activity string, o *hospes.Object) error {
	if err := tx.Put(o); err != nil {
		return err
	}
	return tx.Audit(audit(activity, "Add", o))
}

// verifiedDomains gives the names that may stand behind an "@" in this tenant.
func verifiedDomains(r store.Reader) (map[string]bool, error) {
	domains, err := r.Domains()
	if err != nil {
		return nil, err
	}
	names := make(map[string]bool, len(domains))
	for _, d := range domains {
		if d.Verified {
			names[strings.ToLower(d.Name)] = true
		}
	}
	return names, nil
}

// DefaultDomain gives the name that new addresses of the tenant get.
func DefaultDomain(r store.Reader) (string, error) {
	domains, err := r.Domains()
	if err != nil {
		return "", err
	}
	for _, d := range domains {
		if d.Default && d.Verified {
			return d.Name, nil
		}
	}
	return r.Tenant().InitialDomain, nil
}
