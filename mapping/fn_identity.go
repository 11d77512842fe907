package mapping

import "encoding/base64"

// identityFuncs make values that only a directory gives meaning to.
var identityFuncs = []Func{{
	Name:   "AltSecIdFromNetId",
	Params: []Param{{Name: "source", Required: true, Type: TypeString}},
	Result: TypeString,
	Doc: "Gives the alternative security id under which a partner's directory knows the user with that netId. Null if " +
		"source is null or empty.",
	compile: compileAltSecID,
}}

// compileAltSecID writes the one canonical text of an alternative security id, since ids are matched as texts. An
// empty netId identifies nobody, and must not match everybody who lacks one.
func compileAltSecID(k *call) (step, *Error) {
	source := k.args[0]
	return func(e *Env) Value {
		netID, _ := source.first(e)
		if netID == "" {
			return Null()
		}
		key := base64.StdEncoding.EncodeToString([]byte(netID))
		return String(`{"type":5,"identityProvider":null,"key":"` + key + `"}`)
	}, nil
}
