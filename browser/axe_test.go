package browser

import (
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// axe has axe-core as it was published, compressed, with its licence. docs/dependencies.md says which.
//
//go:embed axe
var axe embed.FS

var axeScript = sync.OnceValues(func() (string, error) {
	f, err := axe.Open("axe/axe.min.js.gz")
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(z)
	return string(text), err
})

// found is a rule of axe that a page breaks.
type found struct {
	ID, Impact, Help string
	Nodes            []string
}

// accessible fails the test if axe-core finds something serious on the page as it is now.
func (b *browser) accessible(what string) {
	b.t.Helper()
	script, err := axeScript()
	require.NoError(b.t, err)
	_, err = chromedp.Run(b.ctx, chromedp.Evaluate[any](script+"; 0"))
	require.NoError(b.t, err)
	all := eval[[]found](b, `axe.run(document, {iframes: false}).then((r) => r.violations.map((v) => ({
		ID: v.id, Impact: v.impact || '', Help: v.help, Nodes: v.nodes.map((n) => n.html.slice(0, 160) + ' ' + (n.failureSummary || '')),
	})))`)
	var serious []string
	for _, f := range all {
		if f.Impact == "serious" || f.Impact == "critical" {
			serious = append(serious, fmt.Sprintf("%s (%s): %s\n    %s", f.ID, f.Impact, f.Help, strings.Join(f.Nodes, "\n    ")))
		}
	}
	require.Empty(b.t, serious, "%s: %s", what, strings.Join(serious, "\n"))
}
