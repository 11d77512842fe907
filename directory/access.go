package directory

import (
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
)

// CheckAccessSettings holds the form of what a cross-tenant policy says about B2B collaboration, direct connect and
// tenant restrictions (guests 5.2). The switches of trust and consent have their form from the schema.
func CheckAccessSettings(edits []hospes.Edit) error {
	for _, e := range edits {
		name := e.Property.Name
		if !strings.HasPrefix(name, "b2b") && name != "tenantRestrictions" || e.Value == hospes.Null {
			continue
		}
		err := eachMember(name, e.Value, func(member string, v hospes.Value) error {
			at := name + "/" + member
			switch {
			case member == "usersAndGroups":
				return checkTargets(at, v, "user", "group")
			case member == "applications":
				return checkTargets(at, v, "application")
			case member == "devices" && name == "tenantRestrictions":
				return checkDevices(at, v)
			}
			return wrongSetting(at, "is no setting of cross-tenant access")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func checkTargets(at string, v hospes.Value, types ...string) error {
	typed := false
	err := eachMember(at, v, func(member string, v hospes.Value) error {
		switch member {
		case "accessType":
			typed = true
			return oneOf(at+"/accessType", v, "allowed", "blocked")
		case "targets":
			return checkTargetList(at+"/targets", v, types)
		}
		return wrongSetting(at+"/"+member, "is no setting of cross-tenant access")
	})
	if err == nil && !typed {
		err = wrongSetting(at+"/accessType", "must be allowed or blocked")
	}
	return err
}

func checkTargetList(at string, v hospes.Value, types []string) error {
	if v[0] != '[' {
		return wrongSetting(at, "must be a list")
	}
	var err error
	v.Each(func(item hospes.Value) bool {
		named := 0
		err = eachMember(at, item, func(member string, v hospes.Value) error {
			named++
			switch member {
			case "target":
				if v[0] == '"' && v.Text() != "" {
					return nil
				}
				return wrongSetting(at+"/target", "must be a text")
			case "targetType":
				return oneOf(at+"/targetType", v, types...)
			}
			return wrongSetting(at+"/"+member, "is no member of a target")
		})
		if err == nil && named < 2 {
			err = wrongSetting(at, "must have target and targetType")
		}
		return err == nil
	})
	return err
}

func checkDevices(at string, v hospes.Value) error {
	return eachMember(at, v, func(member string, v hospes.Value) error {
		switch member {
		case "mode":
			return oneOf(at+"/mode", v, "allowed", "blocked")
		case "rule":
			return nil
		}
		return wrongSetting(at+"/"+member, "is no setting of devices")
	})
}

// eachMember visits the members of an object that say something; annotations and null do not.
func eachMember(at string, v hospes.Value, visit func(name string, v hospes.Value) error) error {
	if v == hospes.Null || v[0] != '{' {
		return wrongSetting(at, "must be an object")
	}
	var err error
	v.Members(func(name string, v hospes.Value) {
		if err == nil && v != hospes.Null && !strings.Contains(name, "@") {
			err = visit(name, v)
		}
	})
	return err
}

func oneOf(at string, v hospes.Value, words ...string) error {
	if v[0] == '"' && slices.Contains(words, v.Text()) {
		return nil
	}
	return wrongSetting(at, "must be "+strings.Join(words, " or "))
}

func wrongSetting(at, what string) error {
	return hospes.Invalidf("directory.AccessSettings", "Invalid value specified: '%s' %s.", at, what)
}
