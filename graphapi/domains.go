package graphapi

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/store"
)

var domainRoutes = []Route{
	{Key: "GET /domains", Permissions: readDomains, Shows: "domain", handle: (*call).listDomains},
	{Key: "POST /domains", Permissions: writeDomains, handle: (*call).addDomain},
	{Key: "GET /domains/{id}", Permissions: readDomains, Shows: "domain", handle: (*call).getDomain},
	{Key: "PATCH /domains/{id}", Permissions: writeDomains, handle: (*call).patchDomain},
	{Key: "DELETE /domains/{id}", Permissions: writeDomains, handle: (*call).deleteDomain},
	{Key: "GET /domains/{id}/verificationDnsRecords", Permissions: readDomains, Shows: "domainDnsTxtRecord", handle: (*call).verificationRecords},
	{Key: "POST /domains/{id}/verify", Permissions: writeDomains, handle: (*call).verifyDomain},
	{Key: "POST /hospes/v1/tenants/{id}/domains", Permissions: manageTenants, Operator: true, handle: (*call).vouchDomain},
}

// domain is a domain on the wire.
type domain struct {
	ID                 string   `json:"id"`
	AuthenticationType string   `json:"authenticationType"`
	AvailabilityStatus *string  `json:"availabilityStatus"`
	IsAdminManaged     bool     `json:"isAdminManaged"`
	IsDefault          bool     `json:"isDefault"`
	IsInitial          bool     `json:"isInitial"`
	IsRoot             bool     `json:"isRoot"`
	IsVerified         bool     `json:"isVerified"`
	SupportedServices  []string `json:"supportedServices"`
	PasswordValidity   *int     `json:"passwordValidityPeriodInDays"`
	PasswordNotice     *int     `json:"passwordNotificationWindowInDays"`
	Model              *string  `json:"model"`
	State              *string  `json:"state"`
}

func wireDomain(d hospes.Domain) domain {
	return domain{
		ID: d.Name, AuthenticationType: "Managed", IsAdminManaged: true, IsDefault: d.Default, IsInitial: d.Initial, IsRoot: true,
		IsVerified: d.Verified, SupportedServices: []string{"Email"},
	}
}

func (c *call) listDomains() error {
	list := []domain{}
	if err := c.view(func(r store.Reader) error {
		domains, err := r.Domains()
		for _, d := range domains {
			list = append(list, wireDomain(d))
		}
		return err
	}); err != nil {
		return err
	}
	return c.writeValue(http.StatusOK, "domains", map[string]any{"value": list})
}

func (c *call) findDomain() (d hospes.Domain, err error) {
	err = c.view(func(r store.Reader) (err error) {
		d, err = directory.FindDomain(r, c.keys[0])
		return err
	})
	return d, err
}

func (c *call) writeDomain(status int, d hospes.Domain) error {
	return c.writeValue(status, "domains/$entity", wireDomain(d))
}

func (c *call) getDomain() error {
	d, err := c.findDomain()
	if err != nil {
		return err
	}
	return c.writeDomain(http.StatusOK, d)
}

// domainNamed reads the body of a new domain: its id is its name.
func (c *call) domainNamed() (string, error) {
	var body struct {
		ID string `json:"id"`
	}
	if err := c.decode(&body); err != nil {
		return "", err
	}
	if body.ID == "" {
		return "", hospes.Invalidf("graphapi.domain", "A value is required for property 'id' of resource 'Domain'.")
	}
	return body.ID, nil
}

// addDomain names a domain. One that another tenant has verified is refused now rather than after the trouble with DNS.
func (c *call) addDomain() error {
	name, err := c.domainNamed()
	if err != nil {
		return err
	}
	if hospes.ValidDomainName(name) {
		owner, err := c.api.Store.TenantOfDomain(c.ctx(), name)
		if err == nil && owner.ID != c.caller.Tenant {
			return hospes.Conflicting("graphapi.addDomain", "id")
		}
		if err != nil && hospes.KindOf(err) != hospes.KindNotFound {
			return err
		}
	}
	var d hospes.Domain
	if err := c.update(func(tx store.Tx) (err error) {
		d, err = directory.AddDomain(tx, name)
		return err
	}); err != nil {
		return err
	}
	c.w.Header().Set("Location", c.origin+"/"+c.base()+"/domains/"+d.Name)
	return c.writeDomain(http.StatusCreated, d)
}

// patchDomain makes a domain the default; that is all that can be changed of one.
func (c *call) patchDomain() error {
	list, err := c.members()
	if err != nil {
		return err
	}
	makeDefault := false
	for _, m := range list {
		switch {
		case strings.Contains(m.name, "@"):
		case !strings.EqualFold(m.name, "isDefault"):
			return directory.UnknownProperty(m.name)
		case string(m.raw) != "true":
			return hospes.Invalidf("graphapi.domain", "The value of 'isDefault' can only be set to true; make another domain the default instead.")
		default:
			makeDefault = true
		}
	}
	if err := c.update(func(tx store.Tx) error {
		_, err := directory.FindDomain(tx, c.keys[0])
		if err == nil && makeDefault {
			_, err = directory.MakeDefaultDomain(tx, c.keys[0])
		}
		return err
	}); err != nil {
		return err
	}
	return c.noContent()
}

func (c *call) deleteDomain() error {
	if err := c.update(func(tx store.Tx) error { return directory.DeleteDomain(tx, c.keys[0]) }); err != nil {
		return err
	}
	return c.noContent()
}

// dnsRecord is a domainDnsTxtRecord.
type dnsRecord struct {
	Type             string `json:"@odata.type"`
	ID               string `json:"id"`
	IsOptional       bool   `json:"isOptional"`
	Label            string `json:"label"`
	RecordType       string `json:"recordType"`
	SupportedService string `json:"supportedService"`
	TTL              int    `json:"ttl"`
	Text             string `json:"text"`
}

// verificationRecords tells what has to stand in DNS so that the domain can be verified.
func (c *call) verificationRecords() error {
	d, err := c.findDomain()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(slices.Concat(c.caller.Tenant.Bytes(), []byte("txt "+d.Name)))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80 // the id of a record that is kept nowhere; it looks like the others
	return c.writeValue(http.StatusOK, "domains('"+d.Name+"')/verificationDnsRecords", map[string]any{"value": []dnsRecord{{
		Type: "#microsoft.graph.domainDnsTxtRecord", ID: hospes.ObjectID(sum[:16]).String(), Label: d.Name, RecordType: "Txt", SupportedService: "Email", TTL: 3600,
		Text: directory.DomainProof(c.caller.Tenant, d.Name),
	}}})
}

// verifyDomain asks DNS, outside of any transaction, and then makes the domain count.
func (c *call) verifyDomain() error {
	d, err := c.findDomain()
	if err != nil {
		return err
	}
	if !d.Verified {
		if err := directory.ProveDomain(c.ctx(), c.api.Resolver, c.caller.Tenant, d.Name); err != nil {
			return err
		}
		if err := c.update(func(tx store.Tx) (err error) {
			d, err = directory.VerifyDomain(tx, c.keys[0])
			return err
		}); err != nil {
			return err
		}
	}
	return c.writeDomain(http.StatusOK, d)
}

// vouchDomain gives a tenant a domain on the operator's word.
func (c *call) vouchDomain() error {
	t, err := c.tenantOfPath()
	if err != nil {
		return err
	}
	name, err := c.domainNamed()
	if err != nil {
		return err
	}
	var d hospes.Domain
	if err := c.api.Store.Update(c.ctx(), store.Write{Tenant: t.ID, By: c.by()}, func(tx store.Tx) (err error) {
		d, err = directory.VouchDomain(tx, name)
		return err
	}); err != nil {
		return err
	}
	return c.writeDomain(http.StatusCreated, d)
}
