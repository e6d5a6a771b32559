package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The overview says which peer is of another chain and in what, also on a phone, and no longer when it has gone (H8).
func TestNode_PeerOfAnotherChain_H8(t *testing.T) {
	n := started(t, t.TempDir(), "--difficulty", "5")
	other := started(t, t.TempDir(), "--difficulty", "4", "--bootstrap", n.addr)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	const facts = "document.querySelector('main').textContent"
	b.until("the row", fmt.Sprintf("%s.includes('on a different chain') && %s.includes(%q)", facts, facts, other.addr+" (difficulty 4 instead of 5)"))
	shot(t, b, "node-other-chain")
	b.do(chromedp.EmulateViewport(375, 800))
	require.LessOrEqual(t, eval[int](b, "document.documentElement.scrollWidth"), 375, "it fits a phone")
	shot(t, b, "node-phone-other-chain")
	other.stop()
	b.until("the row is gone", fmt.Sprintf("!%s.includes('on a different chain')", facts))
	b.clean()
}
