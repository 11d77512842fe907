package hospes

// ContactSchema describes mail contacts of an organization: people outside it who have no account in it. Its order is
// stored in masks: append only.
var ContactSchema = newSchema(
	Schema{Class: ClassContact, Name: "orgContact", Plural: "contacts"},
	Property{Name: "deletedDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly},
	Property{Name: "addresses", Type: TypeComplex, Many: true, Default: true, Fields: []*Property{
		{Name: "city", Max: 128}, {Name: "countryOrRegion", Max: 128}, {Name: "officeLocation", Max: 128}, {Name: "postalCode", Max: 40},
		{Name: "state", Max: 128}, {Name: "street", Max: 1024},
	}},
	Property{Name: "companyName", Default: true, Max: 64, Operator: operators("eq sw null!")},
	Property{Name: "department", Default: true, Max: 64, Operator: operators("eq sw null!")},
	Property{Name: "displayName", Default: true, NotNull: true, Max: 256, Operator: operators("eq sw null! order")},
	Property{Name: "givenName", Default: true, Max: 64, Operator: operators("eq sw null!")},
	Property{Name: "jobTitle", Default: true, Max: 128, Operator: operators("eq sw null!")},
	Property{Name: "mail", Default: true, NotNull: true, Max: 320, Operator: operators("eq sw ew! null!")},
	Property{Name: "mailNickname", Default: true, NotNull: true, Max: 64, Operator: operators("eq sw null!")},
	Property{Name: "onPremisesLastSyncDateTime", Type: TypeDateTime, Default: true, Access: ReadOnly, Operator: operators("eq ge")},
	Property{Name: "onPremisesProvisioningErrors", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "onPremisesSyncEnabled", Type: TypeBoolean, Default: true, Access: ReadOnly, Operator: operators("eq null!")},
	Property{Name: "phones", Type: TypeComplex, Many: true, Default: true, Fields: []*Property{
		{Name: "number", Max: 64}, {Name: "type", Max: 64},
	}},
	Property{Name: "proxyAddresses", Many: true, Default: true, Access: ReadOnly, Operator: operators("eq sw ew!")},
	Property{Name: "serviceProvisioningErrors", Type: TypeComplex, Many: true, Default: true, Access: ReadOnly},
	Property{Name: "surname", Default: true, Max: 64, Operator: operators("eq sw null!")},
)

// Handles of the properties that the program itself reads and writes.
var (
	ContactDisplayName    = ContactSchema.Must("displayName")
	ContactMail           = ContactSchema.Must("mail")
	ContactMailNickname   = ContactSchema.Must("mailNickname")
	ContactProxyAddresses = ContactSchema.Must("proxyAddresses")
)
