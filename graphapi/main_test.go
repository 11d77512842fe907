package graphapi_test

import (
	"testing"

	"github.com/hospes-dev/hospes/token/tokentest"
)

func TestMain(m *testing.M) { tokentest.Main(m) }
