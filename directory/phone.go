package directory

import (
	"regexp"
	"slices"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// phoneOrder is the order in which the phones of a user are kept.
var phoneOrder = []hospes.PhoneType{hospes.PhoneMobile, hospes.PhoneAlternateMobile, hospes.PhoneOffice}

// phoneNumber is the form of a number: country code, blank, number, and an extension where there is one.
var phoneNumber = regexp.MustCompile(`^\+[1-9][0-9]{0,2} [0-9]{4,14}(x[0-9]{1,10})?$`)

// FindPhone gives the phone of a type. NotFound, under the name it was asked by, where the user has none.
func FindPhone(user *hospes.Object, kind hospes.PhoneType, name string) (hospes.PhoneMethod, error) {
	list, err := hospes.PhoneMethods(user)
	if err != nil {
		return hospes.PhoneMethod{}, err
	}
	if i := phoneAt(list, kind); i >= 0 {
		return list[i], nil
	}
	return hospes.PhoneMethod{}, hospes.NotFound("directory.FindPhone", name)
}

func phoneAt(list []hospes.PhoneMethod, kind hospes.PhoneType) int {
	return slices.IndexFunc(list, func(p hospes.PhoneMethod) bool { return p.Type == kind })
}

// AddPhone gives a user a phone. There is one of each type, and an alternate mobile only beside a mobile.
func AddPhone(tx store.Tx, user *hospes.Object, phone hospes.PhoneMethod) error {
	const op = "directory.AddPhone"
	if !slices.Contains(phoneOrder, phone.Type) {
		return hospes.Invalidf(op, "The value of 'phoneType' must be mobile, alternateMobile or office.")
	}
	return changePhones(tx, user, "Admin registered security info", "Add", func(list []hospes.PhoneMethod) ([]hospes.PhoneMethod, error) {
		switch {
		case phoneAt(list, phone.Type) >= 0:
			return nil, hospes.Invalidf(op, "The user has a phone of the type '%s' already; change that one.", phone.Type)
		case phone.Type == hospes.PhoneAlternateMobile && phoneAt(list, hospes.PhoneMobile) < 0:
			return nil, hospes.Invalidf(op, "A mobile phone must be added before an alternate mobile phone.")
		}
		return append(list, phone), nil
	})
}

// SetPhoneNumber changes the number of a phone. One that is signed in by goes on with the new number.
func SetPhoneNumber(tx store.Tx, user *hospes.Object, kind hospes.PhoneType, number string) error {
	return changePhones(tx, user, "Admin updated security info", "Update", func(list []hospes.PhoneMethod) ([]hospes.PhoneMethod, error) {
		list[phoneAt(list, kind)].Number = number
		return list, nil
	})
}

// RemovePhone takes a phone away.
func RemovePhone(tx store.Tx, user *hospes.Object, kind hospes.PhoneType) error {
	return changePhones(tx, user, "Admin deleted security info", "Delete", func(list []hospes.PhoneMethod) ([]hospes.PhoneMethod, error) {
		if kind == hospes.PhoneMobile && phoneAt(list, hospes.PhoneAlternateMobile) >= 0 {
			return nil, hospes.Invalidf("directory.RemovePhone", "The mobile phone cannot be removed while there is an alternate mobile phone; remove that one first.")
		}
		i := phoneAt(list, kind)
		return slices.Delete(list, i, i+1), nil
	})
}

// SetSMSSignIn lets the number of a mobile phone begin a sign-in, or not any more. The number must be nobody else's, and
// external users sign in at home (guests 4.1).
func SetSMSSignIn(tx store.Tx, user *hospes.Object, kind hospes.PhoneType, on bool) error {
	const op = "directory.SetSMSSignIn"
	switch {
	case kind != hospes.PhoneMobile:
		return hospes.Invalidf(op, "SMS sign-in works with the mobile phone only.")
	case on && hospes.IsExternal(user):
		return hospes.Invalidf(op, "An external user cannot sign in by SMS.")
	}
	return changePhones(tx, user, "Admin updated security info", "Update", func(list []hospes.PhoneMethod) ([]hospes.PhoneMethod, error) {
		list[phoneAt(list, kind)].SMSSignIn = on
		return list, nil
	})
}

// changePhones stores what becomes of the phones of a user, and the record of it. The record says no number.
func changePhones(tx store.Tx, user *hospes.Object, activity, operation string, change func([]hospes.PhoneMethod) ([]hospes.PhoneMethod, error)) error {
	list, err := hospes.PhoneMethods(user)
	if err != nil {
		return err
	}
	if list, err = change(list); err != nil {
		return err
	}
	for _, phone := range list {
		if !phoneNumber.MatchString(phone.Number) {
			return hospes.Invalidf("directory.Phone", "'%s' is not a phone number such as +1 5555551234 or +1 5555551234x123.", phone.Number)
		}
	}
	slices.SortFunc(list, func(a, b hospes.PhoneMethod) int {
		return slices.Index(phoneOrder, a.Type) - slices.Index(phoneOrder, b.Type)
	})
	user.Set(hospes.UserPhoneMethods, hospes.JSON(list))
	if user.Changed().Empty() {
		return nil
	}
	if err := tx.Put(user); err != nil {
		return err
	}
	record := userAudit(activity, operation, user)
	record.Service = "Authentication Methods"
	return tx.Audit(record)
}

// SMSSignInState says how a phone stands to SMS sign-in, in the words of Graph.
func SMSSignInState(r store.Reader, user *hospes.Object, phone hospes.PhoneMethod) (string, error) {
	switch {
	case phone.Type != hospes.PhoneMobile || hospes.IsExternal(user):
		return "notSupported", nil
	case phone.SMSSignIn:
		return "ready", nil
	}
	taken, err := r.Holders(hospes.SpaceSMSNumber, phone.Number)
	if err == nil && len(taken) > 0 {
		return "phoneNumberNotUnique", nil
	}
	return "notEnabled", err
}
