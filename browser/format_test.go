package browser

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Rates are written with three digits, also right below the next prefix, and charts have gaps.
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
	require.Equal(t, "[[0,1],[2]]", eval[string](b, `import("/chart.js").then(({piecesOf}) => JSON.stringify(piecesOf([700, 690, 20], 600)))`),
		"a chart has a gap where nothing was measured")
	b.clean()

	eval[bool](b, "(location.hash = '#/account/xyz', true)") // the node answers 400, which the browser logs
	b.until("what is wanted", "document.querySelector('#content').textContent.includes('want 64 hex digits')")
}
