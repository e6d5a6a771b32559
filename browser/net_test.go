package browser

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"strata/harness/live"
	"strata/harness/live/netpage"
	"strata/harness/localpage"
	"strata/network"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// The network of strata try is drawn as it comes: three nodes over TCP, each known by its neighbour.
func TestNet_DrawsTheCrawledNetwork_I13(t *testing.T) {
	addrs, err := tcphost.LoopbackAddrs(3)
	require.NoError(t, err)
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	self := addrs[2]
	page := netpage.New(l, self)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- page.Serve(ctx) }()
	b := open(t, 1280, 900)
	b.do(chromedp.Navigate(page.URL()))
	b.until("the node alone", `document.querySelectorAll('#picture circle').length === 1`)
	var last *live.Session
	for i, addr := range addrs {
		cfg := live.Config{Layer: "p2p", Stack: solutions.Stack().Stack.Stack, Listen: addr, Told: func(string) {}}
		if i > 0 {
			cfg.Bootstrap = []network.Addr{addrs[i-1]}
		}
		if addr == self {
			cfg.Told = page.Told
		}
		last, err = live.Start(ctx, cfg)
		require.NoError(t, err)
		t.Cleanup(last.Stop)
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		look := time.NewTicker(50 * time.Millisecond)
		defer look.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
				if known, err := last.Network(ctx); err == nil {
					page.Draw(self, known)
				}
			}
		}
	}()
	b.until("three nodes", `document.querySelectorAll('#picture circle').length === 3`)
	b.until("two links or more", `document.querySelectorAll('#picture line').length >= 2`)
	b.until("what happened", `document.querySelector('#lines').textContent.includes('is a peer now')`)
	require.Contains(t, b.text("#sum"), "3 nodes")
	b.accessible("the network")
	shot(t, b, "net")
	b.do(chromedp.EmulateViewport(390, 844))
	require.LessOrEqual(t, eval[int64](b, `document.documentElement.scrollWidth`), int64(390))
	shot(t, b, "net-390")
	b.clean()
	cancel()
	require.NoError(t, <-served)
	<-watched
	b.until("the end", `document.querySelector('#trouble').textContent.includes('has ended')`)
}
