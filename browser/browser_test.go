package browser

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// browser is one tab, and what went wrong in it.
type browser struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	errors []string
}

// patience is how long a browser may take to start, and a page to become what a test waits for; lifetime is what one
// browser has for all of a test. A busy machine needs much of both.
const (
	patience = time.Minute
	lifetime = 10 * time.Minute
)

// open opens a tab of that size, in a browser that knows nothing.
func open(t *testing.T, width, height int64) *browser {
	t.Helper()
	path := needs.Program(t, "apt-get install chromium", "chromium", "chromium-browser", "google-chrome")
	ctx, cancel := context.WithTimeout(context.Background(), lifetime)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.WSURLReadTimeout(patience), chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	require.NoError(t, chromedp.Listen(ctx, b.heard))
	b.do(chromedp.EmulateViewport(width, height))
	return b
}

// heard keeps what a page should never say.
func (b *browser) heard(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error()
	case *runtime.EventConsoleAPICalled:
		text = fmt.Sprintf("console.%s: %d values", e.Type, len(e.Args))
	case *log.EventEntryAdded:
		text = e.Entry.Text
	default:
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.errors = append(b.errors, text)
}

// clean fails the test if the page said anything.
func (b *browser) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(b.t, b.errors)
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

// eval evaluates an expression in the page.
func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, expression)
	return v
}

// seen is what the page says of the diagram, in its data attributes.
type seen struct{ Lanes, Messages, Arrows, Marks, Labels, Shown, Zoom, Top, Selected string }

// diagram is what is drawn once the page has come to rest.
func (b *browser) diagram() seen {
	b.t.Helper()
	return eval[seen](b, `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
		const d = document.getElementById('diagram').dataset;
		done({Lanes: d.lanes, Messages: d.messages, Arrows: d.arrows, Marks: d.marks, Labels: d.labels, Shown: d.shown, Zoom: d.zoom, Top: d.top, Selected: d.selected});
	})))`)
}

// text is what an element says.
func (b *browser) text(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf("document.querySelector(%q).textContent", selector))
}

// click clicks on an element from within the page.
func (b *browser) click(selector string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf("(document.querySelector(%q).click(), true)", selector))
}

// keys types on whatever has the focus.
func (b *browser) keys(text string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(text, chromedp.KeyModifiers(modifiers...)))
}

func lower(s string) string { return strings.ToLower(s) }
