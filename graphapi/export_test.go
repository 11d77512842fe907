package graphapi

// GuestsLimited tells that guests at the usual level may call a route about single objects.
func GuestsLimited(r Route) bool { return r.Permissions.Guests == guestsLimited }

// GuestsAlways tells that guests at every level may call a route.
func GuestsAlways(r Route) bool { return r.Permissions.Guests == guestsAlways }
