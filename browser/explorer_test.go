package browser

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// mouse does something with the mouse at a place.
func (b *browser) mouse(what input.DispatchMouseEventType, x, y float64) {
	b.t.Helper()
	p := input.DispatchMouseEventParams{Type: what, X: x, Y: y}
	if what != "mouseMoved" {
		p.Button, p.ClickCount = "left", 1
	}
	_, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, p)
	require.NoError(b.t, err)
}

// media sets what the reader prefers.
func (b *browser) media(name, value string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: name, Value: value}},
	})
	require.NoError(b.t, err)
}

// before runs a script in every page before its own.
func (b *browser) before(script string) {
	b.t.Helper()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	require.NoError(b.t, err)
}

// view shows a view, and waits until it is that one: the heading of what was there before is taken away.
func (b *browser) view(name, title string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf("(location.hash !== '#/%[1]s' && (document.querySelector('h1').textContent = '', location.hash = '#/%[1]s'), true)", name))
	b.heading(title)
}

// height is what the page says of the chain's height.
const height = "Number(document.querySelector('#live').textContent.match(/height ([0-9\\u202f]+)/)?.[1].replaceAll('\\u202f', '') ?? -1)"

// H4: ten of ten clicks work, in the strip, in the list and in the tree, while blocks come more than ten times a second.
func TestExplorer_TenOfTenClicks_H4(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	b.until("some blocks", height+" > 12")
	began, from := time.Now(), eval[int](b, height)
	for i := range 10 {
		view := []struct{ name, title, links string }{
			{"", "Overview", ".strip .cube:not(.waiting)"}, {"", "Overview", "tbody td:nth-child(3) a"}, {"chain", "Chain", ".forks .node"},
		}[i%3]
		b.view(view.name, view.title)
		b.until("links to click", fmt.Sprintf("document.querySelectorAll(%q).length > 4", view.links))
		at := eval[[]float64](b, fmt.Sprintf(`(() => { const r = document.querySelectorAll(%q)[2].getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, view.links))
		b.mouse("mouseMoved", at[0], at[1])
		b.mouse("mousePressed", at[0], at[1]) // from here on what one points at has to stay
		aim := eval[string](b, fmt.Sprintf("(document.elementFromPoint(%f, %f).closest('a')?.getAttribute('href') ?? '')", at[0], at[1]))
		require.Regexp(t, "^#/block/[0-9a-f]{64}$", aim, "%s: what one points at", view.title)
		height := eval[int](b, height)
		b.until("blocks come while the button is down", fmt.Sprintf(heightOver, height))
		b.mouse("mouseReleased", at[0], at[1])
		b.until("click "+fmt.Sprint(i)+" arrives where it was aimed", fmt.Sprintf("location.hash === %q", aim))
		b.mouse("mouseMoved", 5, 880)
	}
	t.Logf("%.1f blocks a second meanwhile", float64(eval[int](b, height)-from)/time.Since(began).Seconds())
	b.clean()
}

const heightOver = height + " > %d"

// H4: the focus, a selection and what is typed outlive blocks; nobody is told of each block.
func TestExplorer_FocusAndSelectionOutliveBlocks_H4(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	b.until("some blocks", height+" > 3")
	eval[bool](b, `(window.told = [], new MutationObserver(() => told.push(document.querySelector('#news').textContent)).observe(document.querySelector('#news'), {childList: true, characterData: true, subtree: true}), true)`)
	eval[bool](b, "(document.querySelector('.tiles a').focus(), window.focused = document.activeElement, true)")
	eval[bool](b, "(document.querySelector('[name=q]').value = 'half a wo', true)")
	now := eval[int](b, height)
	b.until("ten blocks more", fmt.Sprintf(heightOver, now+10))
	require.True(t, eval[bool](b, "document.activeElement === focused && focused.isConnected"), "the focus stays")
	require.Equal(t, "half a wo", eval[string](b, "document.querySelector('[name=q]').value"))
	require.LessOrEqual(t, eval[int](b, "told.length"), 1, "a status that does not chatter")
	require.Zero(t, eval[int](b, "document.querySelectorAll('#live[aria-live], #live [aria-live], #live[role]').length"))

	b.view("account/"+miner, "Account")
	eval[bool](b, "(getSelection().selectAllChildren(document.querySelector('.entire')), true)")
	balance := b.text(".facts div:nth-child(2) dd")
	for range 3 {
		b.until("the balance grows", fmt.Sprintf("document.querySelector('.facts div:nth-child(2) dd').textContent !== %q", balance))
		balance = b.text(".facts div:nth-child(2) dd")
	}
	require.Equal(t, miner, eval[string](b, "getSelection().toString()"), "the selection stays")
	b.click(".code summary")
	b.until("three blocks more", fmt.Sprintf(heightOver, eval[int](b, height)+3))
	require.True(t, eval[bool](b, "document.querySelector('.code').open"), "what one has opened stays open")
	require.Equal(t, "QR code of the address "+miner, eval[string](b, "document.querySelector('.qr').getAttribute('aria-label')"))
	shot(t, b, "explorer-account")
	b.clean()
}

// answer asks for a value as JSON.
func answer(t *testing.T, url string, value any) {
	t.Helper()
	a, err := http.Get(url)
	require.NoError(t, err)
	defer a.Body.Close()
	require.NoError(t, json.NewDecoder(a.Body).Decode(value))
}

// streams is how many clients listen to a node.
func (n *nodeProcess) streams() string {
	n.t.Helper()
	a, err := http.Get(n.page + "/metrics")
	require.NoError(n.t, err)
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	require.NoError(n.t, err)
	return regexp.MustCompile(`(?m)^strata_http_streams (\d+)$`).FindStringSubmatch(string(text))[1]
}

// H5: ten tabs of one browser load, follow the chain, and share one stream.
func TestExplorer_TenTabsShareAStream_H5(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "", 800, 600)
	tabs := []*browser{b}
	for len(tabs) < 10 {
		tabs = append(tabs, b.another(n.page+"/"))
	}
	for _, tab := range tabs {
		tab.heading("Overview")
		tab.until("a height", height+" > 0")
	}
	for _, tab := range tabs {
		tab.until("it grows", fmt.Sprintf(heightOver, eval[int](tab, height)))
		tab.clean()
	}
	require.Equal(t, "1", n.streams())
}

// Where a browser has no shared workers, a tab listens by itself, and only while one looks at it.
func TestExplorer_WithoutSharedWorkers_H5(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := open(t, 800, 600)
	b.before("delete window.SharedWorker")
	b.do(chromedp.Navigate(n.page + "/"))
	b.heading("Overview")
	b.until("it grows", height+" > 2")
	require.Equal(t, "1", n.streams())
	look := func(hidden bool) {
		eval[bool](b, fmt.Sprintf(`(Object.defineProperty(document, 'hidden', {configurable: true, get: () => %v}), document.dispatchEvent(new Event('visibilitychange')), true)`, hidden))
	}
	look(true)
	require.Eventually(t, func() bool { return n.streams() == "0" }, patience, 20*time.Millisecond, "nobody looks")
	look(false)
	b.until("it grows again", fmt.Sprintf(heightOver, eval[int](b, height)))
	require.Equal(t, "1", n.streams())
	b.clean()
}

// Every view, in both lights and both sizes: nothing serious for axe, one row of header on a phone, no sideways scrolling,
// also at 200 %, and no motion for who wants none.
func TestExplorer_ForEveryReader(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	started(t, t.TempDir(), "--difficulty", "5", "--bootstrap", n.addr)
	for _, light := range []string{"light", "dark"} {
		t.Run(light, func(t *testing.T) {
			b := visit(t, n, "#token="+n.token(), 1280, 900)
			b.heading("Overview")
			b.until("some blocks", height+" > 20")
			b.mines(false)
			b.media("prefers-color-scheme", light)
			b.everyView(light, miner)
			b.view("", "Overview")
			b.click("#menu")
			require.Equal(t, "true", eval[string](b, "document.querySelector('#menu').getAttribute('aria-expanded')"))
			require.True(t, eval[bool](b, "document.querySelector('#nav a').checkVisibility()"))
			b.accessible("the open menu")
			shot(t, b, "explorer-menu-"+light)
			b.keys(kb.Escape)
			require.False(t, eval[bool](b, "document.querySelector('#nav a').checkVisibility()"))
			b.media("prefers-reduced-motion", "reduce")
			b.view("chain", "Chain")
			b.until("the tip", "document.querySelector('.forks .tip rect')")
			require.Equal(t, "none", eval[string](b, "getComputedStyle(document.querySelector('.forks .tip rect')).animationName"))
			b.clean()
		})
	}
}

// everyView looks at every view in three widths, and leaves the page in the least one.
func (b *browser) everyView(light, miner string) {
	b.t.Helper()
	for _, view := range []struct{ name, title string }{
		{"", "Overview"}, {"chain", "Chain"}, {"blocks", "Blocks"}, {"block/3", "Block 3"}, {"mempool", "Mempool"},
		{"network", "Network"}, {"account/" + miner, "Account"}, {"wallet", "Wallet"},
	} {
		for _, width := range []int64{1280, 640, 390} { // 640 is 1280 at 200 %
			b.do(chromedp.EmulateViewport(width, 844))
			b.view(view.name, view.title)
			require.LessOrEqual(b.t, eval[int64](b, "document.documentElement.scrollWidth"), width, "%s: %s", view.title, eval[string](b, wide))
			require.LessOrEqual(b.t, eval[float64](b, "document.querySelector('header').getBoundingClientRect().height"), 64.0, "one row of header")
			b.accessible(fmt.Sprintf("%s, %s, %d", view.title, light, width))
			shot(b.t, b, fmt.Sprintf("explorer-%s-%s-%d", view.title, light, width))
		}
	}
}

// With the keyboard alone one gets past the menu, to a view, and to a block.
func TestExplorer_KeyboardOnly(t *testing.T) {
	_, miner := keystore(t)
	n := started(t, t.TempDir(), mining(miner)...)
	b := visit(t, n, "", 1280, 900)
	b.heading("Overview")
	b.until("some blocks", height+" > 5")
	b.keys(kb.Tab)
	require.Equal(t, "Skip to content", eval[string](b, "document.activeElement.textContent"))
	find := func(what, expression string) {
		t.Helper()
		for range 40 {
			if eval[bool](b, expression) {
				return
			}
			b.keys(kb.Tab)
		}
		require.Fail(t, "never reached: "+what)
	}
	find("the menu", "document.activeElement.textContent === 'Blocks'")
	b.keys(kb.Enter)
	b.heading("Blocks")
	find("a block", "document.activeElement.matches('tbody a')")
	aim := eval[string](b, "document.activeElement.hash")
	b.until("two blocks more", fmt.Sprintf(heightOver, eval[int](b, height)+2))
	require.Equal(t, aim, eval[string](b, "document.activeElement.hash"), "the focus stays on its block")
	require.NotEqual(t, "none", eval[string](b, "getComputedStyle(document.activeElement).outlineStyle"), "one sees where the focus is")
	b.keys(kb.Enter)
	b.until("the block", fmt.Sprintf("location.hash === %q && document.querySelector('h1').textContent.startsWith('Block ')", aim))
	b.clean()
}
