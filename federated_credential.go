package hospes

// FederatedCredential lets tokens of another issuer prove an application: whoever holds one that the issuer made for the
// subject and an audience is the application.
type FederatedCredential struct {
	ID          ObjectID `json:"id"`
	Name        string   `json:"name"`
	Issuer      string   `json:"issuer"`
	Subject     string   `json:"subject"`
	Description *string  `json:"description"`
	Audiences   []string `json:"audiences"`
}

// FederatedCredentials reads those of an application.
func FederatedCredentials(app *Object) (list []FederatedCredential, err error) {
	if v := app.Get(ApplicationFederated); v != Null {
		err = v.Decode(&list)
	}
	return list, err
}
