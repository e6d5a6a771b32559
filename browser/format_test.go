package browser

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Rates are written with three digits, also right below the next prefix.
func TestNode_Measures(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	for value, want := range map[string]string{
		"0": "0 H/s", "999.4": "999 H/s", "999.6": "1.00 kH/s", "1000": "1.00 kH/s", "999400": "999 kH/s", "999999": "1.00 MH/s",
		"12345678": "12.3 MH/s", "999999999": "1.00 GH/s",
	} {
		require.Equal(t, want, eval[string](b, fmt.Sprintf(`import("/format.js").then((m) => m.measure(%s, "H/s"))`, value)), value)
	}
	b.clean()
}
