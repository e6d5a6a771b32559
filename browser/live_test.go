package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"strata/harness/localpage"
	"strata/harness/nets"
	"strata/harness/nets/livepage"
	"strata/harness/nets/run"
	"strata/ledgers/electives"
	"strata/solutions"
)

// liveNet is a live network that is served, and how it is run again.
type liveNet struct {
	t    *testing.T
	dir  string
	page *livepage.Page
	end  func()
}

// atLive serves the network to play with, paused, with settings.
func atLive(t *testing.T, set ...string) *liveNet {
	t.Helper()
	n := &liveNet{t: t, dir: t.TempDir()}
	e, err := nets.OpenText("play.toml", livepage.Play, set, false)
	require.NoError(t, err)
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	out, err := os.Create(filepath.Join(n.dir, "out"))
	require.NoError(t, err)
	n.page = livepage.New(l, run.Job{Spec: e.Points.At(0).Spec, Seed: 4, Stacks: ours(), Workers: 2},
		livepage.Config{Title: e.File.Title, Question: e.File.Question, File: "play.toml", Name: "play", Dir: n.dir, Out: out, Speed: 1, Paused: true})
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- n.page.Serve(ctx) }()
	n.end = func() {
		cancel()
		require.NoError(t, <-served)
		require.NoError(t, out.Close())
		n.end = func() {}
	}
	t.Cleanup(func() { n.end() })
	return n
}

func ours() map[string]electives.Stack {
	return map[string]electives.Stack{"solutions": solutions.Electives()}
}

// opened is a browser that shows the network, drawn.
func (n *liveNet) opened(width, height int64) *browser {
	b := open(n.t, width, height)
	b.do(chromedp.Navigate(n.page.URL()))
	b.until("the network", `document.querySelector('#picture').dataset.drawn && document.querySelectorAll('#regions input').length > 0`)
	return b
}

// forth goes on for so many seconds, while the run is paused.
func (b *browser) forth(seconds int) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`fetch('step', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{"seconds": %d}'}).then((r) => r.ok)`, seconds))
}

// point presses and lifts the pointer on the picture, from one place to another, as parts of its size.
func (b *browser) point(x0, y0, x1, y1 float64) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => {
		const c = document.querySelector('#picture');
		const r = c.getBoundingClientRect();
		const at = (type, x, y) => c.dispatchEvent(new PointerEvent(type, {pointerId: 1, isPrimary: true, pointerType: 'mouse', bubbles: true, clientX: r.left + x * r.width, clientY: r.top + y * r.height}));
		c.setPointerCapture = () => {};
		at('pointerdown', %[1]f, %[2]f); at('pointermove', %[3]f, %[4]f); at('pointerup', %[3]f, %[4]f);
		return true;
	})()`, x0, y0, x1, y1))
}

// done waits until so many things were done to the network.
func (b *browser) done(n int) {
	b.t.Helper()
	b.until(fmt.Sprintf("%d things done", n), fmt.Sprintf(`document.querySelectorAll('#done li[data-key]').length === %d`, n))
}

// Clicks on regions, nodes and attacks, in the picture and beside it, are in the saved file, whose run has the hash that
// the page shows.
func TestLive_ClicksReplayToTheSameHash(t *testing.T) {
	n := atLive(t)
	b := n.opened(1280, 1100)
	b.forth(60)
	b.until("blocks", `document.querySelector('#stands').textContent.includes('is the tip of')`)
	b.click(`#regions input[value="europe"]`)
	b.until("chosen", `/^\d+ nodes chosen/.test(document.querySelector('#chosen').textContent)`)
	b.click(`[data-fault="partition"]`)
	b.done(1)
	b.forth(45)
	b.until("two sides", `document.querySelectorAll('#tips tbody tr').length > 1`)
	shot(t, b, "live-partition")
	b.choose("Heal")
	b.until("healed", `document.querySelector('#done li.over')`)
	b.click("#none")
	b.point(0.02, 0.02, 0.5, 0.5)
	b.until("a box", `/^\d+ nodes chosen/.test(document.querySelector('#chosen').textContent)`)
	b.click(`[data-fault="crash"]`)
	b.done(2)
	b.forth(20)
	b.until("some are down", `document.querySelector('#stands').textContent.includes('down')`)
	b.choose("Restart")
	eval[bool](b, `(document.querySelector('#lasts').value = '2m', true)`)
	b.click(`[data-attack="double-spend"]`)
	b.done(3)
	secrets := `document.querySelector('#counts').textContent.includes('kept back')`
	for range 20 {
		b.forth(5)
		if eval[bool](b, `new Promise((done) => setTimeout(() => done(`+secrets+`), 600))`) {
			break
		}
	}
	require.True(t, eval[bool](b, secrets), "the attacker mines in secret")
	shot(t, b, "live-attack")
	b.forth(60)
	b.click("#none")
	eval[bool](b, `(document.querySelector('#numbers').value = '3, 8-12', document.querySelector('#by-number').requestSubmit(), true)`)
	b.until("by number", `document.querySelector('#chosen').textContent.startsWith('6 nodes chosen: 3, 8, 9')`)
	b.click("details summary")
	b.choose("Delay by 2 s")
	b.done(4)
	b.forth(40)
	b.click("#save")
	b.until("saved", `document.querySelector('#hash')`)
	hash := b.text("#hash")
	path := filepath.Join(n.dir, "play-live.toml")
	require.Contains(t, b.text("#saved"), "strata net run "+path)
	b.clean()
	n.end()

	e, err := nets.Open(path, nil, false)
	require.NoError(t, err)
	job := run.Job{Spec: e.Points.At(0).Spec.Complete(), Dir: n.dir, Seed: e.File.Run.First, Stacks: ours()}
	res, err := run.Do(t.Context(), job)
	require.NoError(t, err)
	require.Equal(t, res.Hash, hash)
}

// It runs by itself while one looks, at the speed that one chooses, and by keys; what cannot be done is said.
func TestLive_RunsAndSaysWhatIsWrong(t *testing.T) {
	n := atLive(t)
	b := n.opened(1280, 900)
	at := `document.querySelector('#clock').firstChild.data`
	b.until("the clock", at+` === '0:00'`)
	b.keys(".")
	b.until("a second on", at+` === '0:01'`)
	b.keys("5")
	b.until("it runs", `document.querySelector('#clock').textContent.includes('×') && `+at+` > '0:40'`)
	require.Equal(t, "true", eval[string](b, `document.querySelector('[data-speed="0"]').getAttribute('aria-pressed')`))
	b.keys(" ")
	b.until("it rests", `document.querySelector('#clock').textContent.includes('paused')`)
	b.click(`[data-fault="crash"]`)
	b.until("whom?", `document.querySelector('#trouble').textContent.includes('Choose nodes')`)
	eval[bool](b, `(document.querySelector('#numbers').value = '60', document.querySelector('#by-number').requestSubmit(), true)`)
	b.until("which?", `document.querySelector('#trouble').textContent.includes('there is no node 60')`)
	eval[bool](b, `(document.querySelector('#numbers').value = '7', document.querySelector('#by-number').requestSubmit(), true)`)
	b.until("the node", `document.querySelector('#one dl')?.textContent.includes('7')`)
	b.click(`[data-fault="leave"]`)
	b.done(1)
	b.forth(1)
	b.click(`[data-fault="crash"]`)
	b.until("gone", `document.querySelector('#trouble').textContent.includes('none of these nodes is up')`)
	n.end()
	b.until("the end", `document.querySelector('#trouble').textContent.includes('has ended')`)
}

// On every screen, in light and in dark, nothing is wider than the page, and axe-core finds nothing serious.
func TestLive_FitsEveryScreen(t *testing.T) {
	n := atLive(t)
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b := n.opened(width, map[int64]int64{1280: 1280, 390: 844}[width])
			_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
			})
			require.NoError(t, err)
			b.forth(90)
			b.click(`#regions input[value="europe"]`)
			b.click(`[data-fault="partition"]`)
			b.until("done", `document.querySelectorAll('#done li[data-key]').length > 0`)
			b.forth(40)
			b.until("blocks", `document.querySelectorAll('#blocks rect').length > 0`)
			b.accessible(fmt.Sprintf("%d %s", width, scheme))
			require.LessOrEqual(t, eval[int64](b, `document.documentElement.scrollWidth`), width)
			shot(t, b, fmt.Sprintf("live-%s-%d", scheme, width))
			b.click("details summary")
			b.do(chromedp.EmulateViewport(width, map[int64]int64{1280: 1280, 390: 2600}[width]))
			shot(t, b, fmt.Sprintf("live-%s-%d-whole", scheme, width))
			b.clean()
			b.choose("Heal")
		}
	}
}

// Of a network that is too large to draw, 2,000 nodes are drawn, and the page says so.
func TestLive_DrawsPartOfALargeNetwork(t *testing.T) {
	n := atLive(t, "network.nodes=2500")
	b := n.opened(1280, 1100)
	b.forth(1)
	require.Equal(t, "2000", eval[string](b, `document.querySelector('#picture').dataset.drawn`))
	require.Contains(t, b.text("#legend"), "2000 of 2500 nodes are drawn")
	shot(t, b, "live-large")
	b.clean()
}
