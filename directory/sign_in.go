package directory

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// CheckPassword holds the rule for passwords: 8 to 256 characters of at least three of the four kinds.
func CheckPassword(s string) error {
	kinds := 0
	for _, set := range []string{"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"} {
		if strings.ContainsAny(s, set) {
			kinds++
		}
	}
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		kinds++
	}
	if len(s) < 8 || len(s) > 256 || kinds < 3 || strings.ContainsFunc(s, unicode.IsControl) { // no form could send those
		return hospes.Invalidf("directory.CheckPassword", "The specified password does not comply with password complexity requirements. Please provide a different password.")
	}
	return nil
}

// signInProperties are those by which somebody signs in or proves who they are.
var signInProperties = []*hospes.Property{
	hospes.UserAccountEnabled, hospes.UserSchema.Must("businessPhones"), hospes.UserSchema.Must("mobilePhone"), hospes.UserSchema.Must("onPremisesImmutableId"),
	hospes.UserOtherMails, hospes.UserPasswordProfile, hospes.UserPrincipalName, hospes.UserMail,
}

// ConcernsSignIn tells that an edit is about how a user signs in, which of administrators not everybody may change.
func ConcernsSignIn(e hospes.Edit) bool { return slices.Contains(signInProperties, e.Property) }

// NewSalt draws the salt of a new tenant.
func NewSalt(rnd hospes.Random) string {
	id := hospes.NewObjectID(rnd)
	b := id.Bytes()
	return hex.EncodeToString(append(append([]byte{}, b[:6]...), b[10]))
}

// RevokeSessions ends what a user is signed in to: tokens from before the next full second are good for nothing any more,
// because tokens tell no fractions of theirs.
func RevokeSessions(tx store.Tx, user *hospes.Object) error {
	endSessions(user, tx.Now().Truncate(time.Second).Add(time.Second))
	return putAudited(tx, "Update StsRefreshTokenValidFrom Timestamp", user)
}

// endSessions says from when on a sign-in counts, by both names of it.
func endSessions(user *hospes.Object, at time.Time) {
	user.Set(hospes.UserSessionsValidFrom, hospes.Moment(at))
	user.Set(hospes.UserTokensValidFrom, hospes.Moment(at))
}
