package browser

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// latticeBinary is strata-lattice, built once.
var latticeBinary = sync.OnceValues(func() (string, error) { return built("strata-lattice") })

// lattice is a network of one node of elective 9, whose wallet has paid 2.5 from its first account to its second.
type lattice struct {
	*nodeProcess
	first, second string
}

func latticeWithAPayment(t *testing.T) *lattice {
	t.Helper()
	path, err := latticeBinary()
	require.NoError(t, err)
	t.Setenv("STRATA_PASSWORD", password)
	dir := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(path, args...)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		require.NoError(t, err, args)
		return string(out)
	}
	file, net := filepath.Join(dir, "w"), filepath.Join(dir, "net")
	data := filepath.Join(net, "0")
	run("wallet", "new", "--wallet", file)
	all := strings.Fields(run("wallet", "addresses", "--wallet", file, "--count", "2"))
	run("init", "--nodes", "1", "--holder", all[0], "--out", net, "--send-work", "8000000000000000", "--receive-work", "8000000000000000")
	l := &lattice{process(t, []string{path, "node"}, data), all[0], all[1]}
	run("wallet", "send", "--wallet", file, "--data", data, "--to", l.second, "--amount", "2.5")
	return l
}

// The pages of the lattice lead from the overview to an account and what is pending for it, and say what is wrong with an
// address. They work without a script, in both colours, at both widths, and tell nobody else.
func TestLattice_Pages_N30(t *testing.T) {
	l := latticeWithAPayment(t)
	b := visit(t, l.nodeProcess, "", 1280, 900)
	b.heading("Lattice")
	text := b.text("main")
	for _, want := range []string{"cemented blocks2", "waiting for votes0", "The heaviest alone has a quorum.", "have voted in the last five minutes"} {
		require.Contains(t, strings.ReplaceAll(text, "\n", ""), want)
	}
	require.Equal(t, 0, eval[int](b, "document.scripts.length"))
	b.both("lattice-overview", "Lattice")

	b.click("a[href$='" + l.first + "']")
	b.arrives("/account?address=" + l.first)
	require.Contains(t, b.text("main"), "9999997500000000000000000000000 raw")
	require.Equal(t, "send", eval[string](b, "document.querySelector('[data-title=kind]').textContent.trim()"))
	b.both("lattice-account", "Account")
	b.click("td a[href$='" + l.second + "']")
	b.arrives("/account?address=" + l.second)
	require.Equal(t, "2500000000000000000000000", eval[string](b, "document.querySelector('[data-title=\"amount in raw\"]').textContent.trim()"))

	b.click("main a[href='/']")
	b.arrives("/")
	b.do(chromedp.Focus(chromedp.CSS("[name=address]")))
	b.keys(l.second + "\r")
	b.arrives("/account?address=" + l.second)
	b.clean()
	b.do(chromedp.Navigate(l.page + "/account?address=" + l.second[:63] + "x%3Cb%3E"))
	require.Contains(t, b.text("strong"), "no address")
	require.Equal(t, 0, eval[int](b, "document.querySelectorAll('b').length"))
	b.both("lattice-wrong", "Lattice")
}

// arrives waits until a link or a form has led to a page. While one page takes the other's place nobody answers.
func (b *browser) arrives(at string) {
	b.t.Helper()
	there := fmt.Sprintf("document.readyState === 'complete' && location.pathname + location.search === %q", at)
	require.Eventually(b.t, func() bool {
		held, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](there))
		return err == nil && held
	}, patience, 20*time.Millisecond, at)
}

// both looks at a page in light and dark, wide and narrow: it does not scroll sideways, and is accessible.
func (b *browser) both(name, what string) {
	b.t.Helper()
	for _, colour := range []string{"light", "dark"} {
		b.media("prefers-color-scheme", colour)
		for _, width := range []int64{390, 1280} {
			b.do(chromedp.EmulateViewport(width, 900))
			require.LessOrEqual(b.t, eval[int](b, "document.documentElement.scrollWidth"), int(width), "%s %s", what, colour)
			b.accessible(fmt.Sprintf("%s in %s at %d", what, colour, width))
			shot(b.t, b, fmt.Sprintf("%s-%s-%d", name, colour, width))
		}
		back := eval[string](b, "getComputedStyle(document.body).backgroundColor")
		require.Equal(b.t, colour == "light", back == "rgb(255, 255, 255)", "%s: the background is %s", colour, back)
	}
}
