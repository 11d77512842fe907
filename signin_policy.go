package hospes

// SignInPolicySchema says what a tenant asks of people who sign in to it.
var SignInPolicySchema = newSchema(
	Schema{Class: ClassSignInPolicy, Name: "signInPolicy", Plural: "signInPolicy"},
	Property{Name: "requireMultifactor", Default: true, NotNull: true},
)

// SignInRequireMultifactor says of whom a second factor is asked.
var SignInRequireMultifactor = SignInPolicySchema.Must("requireMultifactor")

// RequireMultifactor is the value of requireMultifactor, in wire spelling.
type RequireMultifactor string

// The values.
const (
	MultifactorNone   RequireMultifactor = "none"
	MultifactorGuests RequireMultifactor = "guests"
	MultifactorAll    RequireMultifactor = "all"
)

// Valid tells whether it is one of the three.
func (m RequireMultifactor) Valid() bool {
	return m == MultifactorNone || m == MultifactorGuests || m == MultifactorAll
}
