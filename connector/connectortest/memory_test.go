package connectortest_test

import (
	"testing"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/connector"
	"github.com/hospes-dev/hospes/connector/connectortest"
)

func TestMemory(t *testing.T) {
	for name, leaving := range map[string]connector.Leaving{"bin": connector.LeaveToBin, "blocked": connector.LeaveBlocked, "for good": connector.LeaveForGood} {
		t.Run(name, func(t *testing.T) {
			connectortest.Run(t, func(*testing.T) connectortest.Subject {
				d := connectortest.NewDirectory(leaving)
				return connectortest.Subject{
					Directory: d, Target: connectortest.NewMemory(d), Match: d.Must("userName"),
					Person: func(name string) []connector.Value {
						return []connector.Value{{Slot: d.Must("userName"), Value: hospes.String(name)}, {Slot: d.Must("active"), Value: hospes.True}}
					},
					Change: func(title string) connector.Value {
						return connector.Value{Slot: d.Must("title"), Value: hospes.String(title)}
					},
				}
			})
		})
	}
}
