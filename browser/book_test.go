package browser

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"strata/harness/course/book"
)

// site makes the book and returns the address of a page of it, opened as a file.
func site(t *testing.T) func(page string) string {
	dir := t.TempDir()
	_, err := book.Build("..", dir)
	require.NoError(t, err)
	return func(page string) string { return "file://" + filepath.ToSlash(filepath.Join(dir, page)) }
}

// No page of the book is wider than a screen, be it a desk's or a phone's, in light or in dark.
func TestBook_FitsEveryScreen(t *testing.T) {
	at := site(t)
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b := open(t, width, 900)
			_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			require.NoError(t, err)
			for _, page := range []string{"index.html", "0-echo.html", "1-network.html", "3-p2p.html", "threat-model.html", "protocol.html", "code/node/node.go.html"} {
				b.do(chromedp.Navigate(at(page)))
				require.LessOrEqual(t, eval[int64](b, `document.documentElement.scrollWidth`), width, "%s at %d px", page, width)
				light := eval[bool](b, `(([r, g, b]) => r + g + b > 382)(getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number))`)
				require.Equal(t, scheme == "light", light, page)
			}
			b.do(chromedp.Navigate(at("6-chain.html#a-walk-through-our-code")))
			shot(t, b, fmt.Sprintf("book-%s-%d", scheme, width))
			b.clean()
		}
	}
}

// A search finds by words, in headings first, goes by the keyboard, and leads to the section.
func TestBook_Searches(t *testing.T) {
	at := site(t)
	b := open(t, 1280, 900)
	b.do(chromedp.Navigate(at("index.html")))
	b.keys("/")
	b.keys("slow peer")
	require.Greater(t, eval[int](b, `document.querySelectorAll('#found [role=option]').length`), 3)
	shot(t, b, "book-search")
	b.keys(kb.ArrowDown)
	b.keys(kb.ArrowUp)
	b.keys(kb.Escape)
	require.True(t, eval[bool](b, `document.getElementById('found').hidden`))
	b.do(chromedp.Navigate(at("6-chain.html")))
	b.keys("/")
	eval[bool](b, `(() => { const s = document.getElementById('search'); s.value = 'catching up'; s.dispatchEvent(new Event('input')); return true; })()`)
	require.Contains(t, b.text("#found [aria-selected=true]"), "Catching up")
	b.keys(kb.Enter)
	b.until("the section", `location.hash === "#catching-up"`)
	eval[bool](b, `(() => { const s = document.getElementById('search'); s.value = 'nosuchword'; s.dispatchEvent(new Event('input')); return true; })()`)
	require.Equal(t, "Nothing found", b.text("#found"))
	b.clean()
}

// A walk leads to the line in the code, a rule to its sentence, and the page can be darkened by hand.
func TestBook_Leads(t *testing.T) {
	at := site(t)
	b := open(t, 390, 900)
	b.do(chromedp.Navigate(at("1-network.html")))
	require.Contains(t, eval[string](b, `document.querySelector('a.rule').title`), "frame")
	href := eval[string](b, `document.querySelector('a[href*="frames.go.html#L"]').getAttribute('href')`)
	b.do(chromedp.Navigate(at(href)))
	require.Contains(t, b.text(".line:target"), "func (c *cutter) next(")
	before := eval[string](b, `getComputedStyle(document.body).backgroundColor`)
	b.do(chromedp.Click(chromedp.CSS("#theme")))
	require.NotEqual(t, before, eval[string](b, `getComputedStyle(document.body).backgroundColor`))
	require.False(t, eval[bool](b, `document.getElementById('contents').checkVisibility()`), "the contents are folded on a phone")
	b.do(chromedp.Click(chromedp.CSS("#menu")))
	require.True(t, eval[bool](b, `document.getElementById('contents').checkVisibility()`))
	shot(t, b, "book-contents")
	b.clean()
}

// A script that a chapter shows is drawn as a diagram, with a lane a node and the messages of its part, as wide as
// the page; and on paper nothing is cut off at an edge.
func TestBook_DrawsScripts(t *testing.T) {
	at := site(t)
	for _, width := range []int64{1280, 390} {
		b := open(t, width, 900)
		for page, want := range map[string][]string{"1-network": {"2"}, "3-p2p": {"2", "2"}, "4-gossip": {"3"}, "6-chain": {"3"}} {
			b.do(chromedp.Navigate(at(page + ".html")))
			require.Equal(t, want, eval[[]string](b, `[...document.querySelectorAll('figure.spacetime canvas')].map((c) => c.dataset.lanes)`), page)
			require.True(t, eval[bool](b, `[...document.querySelectorAll('figure.spacetime canvas')].every((c) => Number(c.dataset.arrows) + Number(c.dataset.marks) > 2 && c.clientHeight > 60)`), page)
		}
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		require.NoError(t, err)
		cut := eval[int](b, `[...document.querySelectorAll('main pre, main table, main figure, main img')].filter((e) => e.getBoundingClientRect().left < -0.5).length`)
		require.Zero(t, cut, "reaches over the left edge of the paper")
		b.clean()
	}
}
