package hospes

// PhoneType says which of the three numbers of a person a phone is.
type PhoneType string

// The types, in wire spelling and in the order in which they are kept.
const (
	PhoneMobile          PhoneType = "mobile"
	PhoneAlternateMobile PhoneType = "alternateMobile"
	PhoneOffice          PhoneType = "office"
)

// PhoneMethod is a phone that a person proves with who they are. A person has at most one of each type.
type PhoneMethod struct {
	Type      PhoneType `json:"phoneType"`
	Number    string    `json:"phoneNumber"`
	SMSSignIn bool      `json:"smsSignIn"` // its number alone begins a sign-in
}

// PhoneMethods reads the phones of a user.
func PhoneMethods(user *Object) ([]PhoneMethod, error) {
	var list []PhoneMethod
	err := user.Get(UserPhoneMethods).Decode(&list)
	return list, err
}

// SMSSignIn gives the number by which the user signs in, or "".
func SMSSignIn(user *Object) (number string) {
	user.Get(UserPhoneMethods).Each(func(phone Value) bool {
		if phone.Member("smsSignIn").Bool() {
			number = phone.Member("phoneNumber").Text()
		}
		return number == ""
	})
	return number
}
