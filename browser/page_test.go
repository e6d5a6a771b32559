package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// shots is the directory that screenshots go to, to be looked at; empty: none are taken.
var shots = os.Getenv("STRATA_SHOTS")

func shot(t *testing.T, b *browser, name string) {
	if shots == "" {
		return
	}
	image, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(shots, name+".png"), image, 0o644))
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

func TestPage_Draws(t *testing.T) {
	for _, nodes := range []int{3, 20} {
		t.Run(fmt.Sprintf("%d nodes", nodes), func(t *testing.T) {
			run := recorded(t, nodes)
			b := open(t, 1440, 900)
			b.do(chromedp.Navigate(written(t, run)))
			d := b.diagram()
			require.Equal(t, strconv.Itoa(nodes), d.Lanes)
			require.NotZero(t, number(t, d.Shown))
			require.Contains(t, b.text("#verdict"), "FRK-1 violated at 8.000 s")
			require.Contains(t, b.text("#verdict"), expectation, "what the run says is text and nothing else")
			shot(t, b, fmt.Sprintf("failure-%d", nodes))
			b.do(chromedp.Focus(chromedp.CSS("#diagram")))
			b.keys(kb.Home)
			d = b.diagram()
			require.NotZero(t, number(t, d.Arrows))
			require.NotZero(t, number(t, d.Marks))
			if nodes == 3 {
				require.NotZero(t, number(t, d.Labels))
			}
			require.Greater(t, eval[int](b, inks), 4, "the canvas has the colours of lanes, arrows and marks")
			shot(t, b, fmt.Sprintf("begin-%d", nodes))
			b.keys("0")
			require.Equal(t, d.Shown, b.diagram().Messages, "the whole run is in view")
			shot(t, b, fmt.Sprintf("whole-%d", nodes))
			b.clean()
		})
	}
}

// inks counts the colours on the canvas that cover more than a few points.
const inks = `(() => {
	const c = document.getElementById('diagram');
	const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
	const counts = new Map();
	for (let i = 0; i < data.length; i += 4) {
		const key = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
		counts.set(key, (counts.get(key) || 0) + 1);
	}
	return [...counts.values()].filter((n) => n > 30).length;
})()`

// setQuery puts a text into the filter.
func (b *browser) setQuery(text string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => { const q = document.getElementById('query'); q.value = %q; q.dispatchEvent(new Event('input')); return true; })()`, text))
}

func TestPage_Filters(t *testing.T) {
	b := open(t, 1200, 800)
	b.do(chromedp.Navigate(written(t, recorded(t, 3))))
	all := b.diagram()
	b.click("#layers .p2p input")
	without := b.diagram()
	require.Less(t, number(t, without.Shown), number(t, all.Shown))
	b.click("#layers .p2p input")
	require.Equal(t, all.Shown, b.diagram().Shown)

	b.keys("/")
	require.Equal(t, "query", eval[string](b, "document.activeElement.id"))
	b.setQuery("") // the browser's driver types the slash as well
	b.keys("bc:new_tx")
	some := b.diagram()
	require.NotZero(t, number(t, some.Shown))
	require.Less(t, number(t, some.Shown), number(t, all.Shown))
	require.Contains(t, b.text("#counts"), "filtered out")
	b.keys("no such thing")
	require.Equal(t, "0", b.diagram().Shown)
	require.False(t, eval[bool](b, "document.getElementById('empty').hidden"))
	b.setQuery("")

	b.click("#nodes input")
	require.Equal(t, "2", b.diagram().Lanes)
	b.click("#nodes input")
	eval[bool](b, `(() => { const k = document.getElementById('kind'); k.value = 'p2p:hello'; k.dispatchEvent(new Event('change')); return true; })()`)
	require.Less(t, number(t, b.diagram().Shown), number(t, all.Shown))
	shot(t, b, "filtered")
	b.clean()
}

func TestPage_Keyboard(t *testing.T) {
	b := open(t, 1440, 900)
	b.do(chromedp.Navigate(written(t, recorded(t, 3))), chromedp.Focus(chromedp.CSS("#diagram")))
	b.keys(kb.Home)
	b.keys(kb.Escape)
	start := b.diagram()
	b.keys(kb.ArrowDown)
	require.Greater(t, number(t, b.diagram().Top), number(t, start.Top))
	b.keys(kb.ArrowUp)
	require.Equal(t, start.Top, b.diagram().Top)
	b.keys("+")
	require.Greater(t, b.diagram().Zoom, start.Zoom)
	b.keys("-")
	require.Equal(t, start.Zoom, b.diagram().Zoom)

	b.keys(kb.Tab)
	first := b.text("#live")
	require.NotEmpty(t, first)
	b.keys(kb.Tab)
	require.NotEqual(t, first, b.text("#live"))
	b.keys(kb.Enter)
	require.Equal(t, "details", eval[string](b, "document.activeElement.id"))
	b.keys(kb.Escape)
	require.Equal(t, "diagram", eval[string](b, "document.activeElement.id"))
	b.keys("?")
	require.False(t, eval[bool](b, "document.getElementById('keys').hidden"))
	b.keys(kb.Escape)
	require.True(t, eval[bool](b, "document.getElementById('keys').hidden"))
	b.keys("f")
	require.Greater(t, number(t, b.diagram().Top), number(t, start.Top), "down to the check that failed")
	b.clean()
}

func TestPage_Details(t *testing.T) {
	b := open(t, 1440, 900)
	b.do(chromedp.Navigate(written(t, recorded(t, 3))), chromedp.Focus(chromedp.CSS("#diagram")))
	b.setQuery("bc:new_tx")
	b.keys(kb.Escape)
	b.keys(kb.Tab)
	panel := lower(b.text("#details"))
	for _, want := range []string{"gossip id", "sender", "recipient", "amount", "bytes", "gossip:bc:new_t", "cause:"} {
		require.Contains(t, panel, want)
	}
	shot(t, b, "details")
	b.clean()
}

// The causality graph has a bar for each time, points to the moment that doomed the run, leads there, and is
// on paper too.
func TestPage_Why(t *testing.T) {
	b := open(t, 1440, 900)
	b.do(chromedp.Navigate(written(t, recorded(t, 3))))
	before := b.diagram()
	require.Equal(t, 3, eval[int](b, "document.querySelectorAll('#details .why .bar').length"))
	require.Contains(t, eval[string](b, "document.querySelector('#details .why .doomed').textContent"), "90 %")
	require.Contains(t, b.text("#details"), "from 20 to 90 %")
	require.Contains(t, eval[string](b, "document.querySelector('#details .why').getAttribute('aria-label')"), "from 20 to 90 %")
	eval[bool](b, "document.querySelector('#details .go button').click() || true")
	require.NotEqual(t, before.Top, b.diagram().Top, "down to that moment")
	eval[bool](b, "dispatchEvent(new Event('beforeprint'))")
	require.Equal(t, 3, eval[int](b, "document.querySelectorAll('#chance .why .bar').length"))
	shot(t, b, "why")
	b.clean()
}

func TestPage_Dark(t *testing.T) {
	b := open(t, 1440, 900)
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	require.NoError(t, err)
	b.do(chromedp.Navigate(written(t, recorded(t, 3))))
	require.Equal(t, "rgb(21, 25, 28)", eval[string](b, "getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()"))
	b.diagram()
	shot(t, b, "dark")
	b.clean()
}

// On paper there are no controls, the diagram is in dark ink, and the events in view stand below it as a list.
func TestPage_Print(t *testing.T) {
	b := open(t, 1100, 1500)
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	require.NoError(t, err)
	b.do(chromedp.Navigate(written(t, recorded(t, 3))))
	b.diagram()
	eval[bool](b, "dispatchEvent(new Event('beforeprint'))")
	require.Equal(t, "none", eval[string](b, "getComputedStyle(document.querySelector('nav')).display"))
	require.NotZero(t, eval[int](b, "document.querySelectorAll('#list tbody tr').length"))
	shot(t, b, "print")
	b.clean()
}

// A page of 20,000 messages still draws a frame in time.
func TestPage_ManyMessages(t *testing.T) {
	b := open(t, 1440, 900)
	b.do(chromedp.Navigate(written(t, flood(20_000))), chromedp.Focus(chromedp.CSS("#diagram")))
	b.diagram()
	b.keys("0")
	require.Equal(t, "20000", b.diagram().Messages)
	t.Logf("20,000 arrows drawn in %s ms", eval[string](b, "document.getElementById('diagram').dataset.took"))
	shot(t, b, "many")
	b.keys("+")
	b.keys(kb.ArrowDown)
	require.Less(t, number(t, b.diagram().Messages), 20_000)
	b.clean()
}

// Beside the failure the page says where to look, unfolds one hint at a time, and has commands to copy.
func TestPage_Guide(t *testing.T) {
	b := open(t, 1280, 800)
	b.do(chromedp.Navigate(written(t, recorded(t, 3))))
	require.Contains(t, b.text("#guide"), "gossip/gossip.go:62 (received)")
	require.Contains(t, b.text("#guide pre"), "func (l *layer) received()")
	require.Equal(t, []string{"given", "after block 0: A has 5", "ours", "refused"},
		eval[[]string](b, `[...document.querySelectorAll('#guide .asked > *')].map((e) => e.textContent)`))
	seen := func() int {
		return eval[int](b, `[...document.querySelectorAll('.ladder details')].filter((d) => d.checkVisibility()).length`)
	}
	require.Equal(t, 1, seen(), "only the first hint is in sight")
	for n := 1; n <= 3; n++ {
		b.click(fmt.Sprintf(".ladder li:nth-child(%d) summary", n))
		b.until("the next hint", fmt.Sprintf(`[...document.querySelectorAll('.ladder details')].filter((d) => d.checkVisibility()).length === %d`, min(3, n+1)))
	}
	require.Equal(t, 2, eval[int](b, `document.querySelectorAll('.command').length`))
	b.click(".command button")
	b.until("copied, or selected to be copied", `["copied", "selected"].includes(document.querySelector('.command button').textContent)`)
	shot(t, b, "guide")
	b.clean()
}

// On a phone the page is no wider than the screen, and the diagram has most of it.
func TestPage_Phone(t *testing.T) {
	for _, scheme := range []string{"light", "dark"} {
		b := open(t, 390, 844)
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		require.NoError(t, err)
		b.do(chromedp.Navigate(written(t, recorded(t, 3))))
		require.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), 390, eval[string](b, wide))
		require.Greater(t, eval[int](b, `document.getElementById('diagram').clientHeight`), 844/2)
		require.NotZero(t, number(t, b.diagram().Lanes))
		shot(t, b, "phone-"+scheme)
		eval[bool](b, `(document.getElementById('stage').scrollIntoView(), true)`)
		shot(t, b, "phone-stage-"+scheme)
		eval[bool](b, `(document.getElementById('guide').scrollIntoView(), true)`)
		shot(t, b, "phone-guide-"+scheme)
		b.clean()
	}
}

// wide names the elements that reach over the right edge.
const wide = `[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth).map((e) => e.tagName + '#' + e.id + '.' + e.className).join(' ')`
