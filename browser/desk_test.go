package browser

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/deskpage"
	"strata/harness/grade/report"
	"strata/harness/grade/watch"
	"strata/harness/localpage"
)

// student is somebody at a desk, whose gossip handles an id as often as it comes.
type student struct {
	t   *testing.T
	dir string
	url string
	end func()
}

// The mistake: the id is marked where it is too late, or never.
const (
	rightGossip = "	if !ok || !l.seen.add(id, l.host.Now()) {\n		return\n	}\n"
	wrongGossip = "	if _, known := l.seen.ids[id]; !ok || known {\n		return\n	}\n	defer l.seen.add(id, l.host.Now())\n"
)

// atDesk has a watcher grade what the student saves, and serves the desk.
func atDesk(t *testing.T, layers ...string) *student {
	t.Helper()
	s := &student{t: t, dir: filepath.Join(t.TempDir(), "exercises")}
	require.NoError(t, os.CopyFS(s.dir, os.DirFS("../solutions")))
	for _, layer := range []string{"mempool", "chain"} { // not written yet
		require.NoError(t, os.RemoveAll(filepath.Join(s.dir, layer)))
		require.NoError(t, os.CopyFS(filepath.Join(s.dir, layer), os.DirFS(filepath.Join("../exercises", layer))))
	}
	s.change("gossip", "gossip.go", rightGossip, wrongGossip)
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	server := localpage.New(l, deskpage.Files)
	opt := grade.Options{Root: "..", Own: s.dir, Dir: s.dir, Seeds: 3, Timeout: 4 * time.Second}
	keys := make(chan rune, 1)
	desk := deskpage.New(deskpage.Config{Options: opt, Dir: s.dir, Shown: "exercises", Home: t.TempDir(), Layers: layers,
		Press: func(key rune) { keys <- key }}, server)
	source, err := watch.Files(s.dir)
	require.NoError(t, err)
	watcher := &watch.Watcher{Source: source, Screen: desk, Layers: layers, Keys: keys,
		Read: func() watch.Tree { return watch.Read(s.dir) },
		Grade: func(ctx context.Context, job watch.Job) (report.Report, error) {
			opt := opt
			opt.Layers, opt.Steps, opt.First, opt.Failed = job.Layers, job.Steps, job.First, job.Failed
			return grade.Grade(ctx, opt)
		}}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	watched := make(chan struct{})
	go func() { served <- server.Serve(ctx) }()
	go func() { defer close(watched); watcher.Run(ctx) }()
	s.url = server.URL()
	s.end = func() {
		cancel()
		require.NoError(t, <-served)
		<-watched
		source.Close()
		desk.Close()
		s.end = func() {}
	}
	t.Cleanup(func() { s.end() })
	return s
}

// change saves a file in which a text is replaced.
func (s *student) change(layer, file, from, to string) {
	s.t.Helper()
	name := filepath.Join(s.dir, layer, file)
	text, err := os.ReadFile(name)
	require.NoError(s.t, err)
	require.Equal(s.t, 1, bytes.Count(text, []byte(from)))
	require.NoError(s.t, os.WriteFile(name, bytes.Replace(text, []byte(from), []byte(to), 1), 0o600))
}

// opened is a browser that shows the desk, with the run of the failure drawn.
func (s *student) opened(width, height int64) *browser {
	b := open(s.t, width, height)
	b.do(chromedp.Navigate(s.url))
	b.until("the failure", `document.querySelector('.verdict h3')?.textContent === 'GSP-3 is broken'`)
	b.drawn(1)
	b.until("the lines", `document.querySelector('.code .here')`)
	return b
}

// drawn waits until so many diagrams are drawn.
func (b *browser) drawn(n int) {
	b.t.Helper()
	b.until("the diagram", fmt.Sprintf(`document.querySelectorAll('#work canvas[data-ready]').length === %d`, n))
}

// choose presses a button by what it says.
func (b *browser) choose(text string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`(() => { const one = [...document.querySelectorAll('button')].find((x) => x.textContent === %q && x.offsetParent); one.click(); return true; })()`, text))
}

// The page follows what is saved: a failure with its rule, its run and its lines, and that it passes once it is mended.
func TestDesk_FollowsWhatIsSaved_I13(t *testing.T) {
	s := atDesk(t, "gossip")
	b := s.opened(1280, 900)
	require.NotContains(t, eval[string](b, "location.href"), "token")
	require.Contains(t, b.text(".happened"), "expected the handler to run once")
	require.NotZero(t, eval[int](b, `Number(document.querySelector('#work canvas').dataset.arrows)`))
	require.Contains(t, b.text(".code .here"), "h(from, payload)")
	require.Greater(t, eval[int](b, `document.querySelectorAll('.trace tbody tr').length`), 3)
	require.Contains(t, b.text(`[aria-current="step"]`), "gossip.2")
	b.choose("beside ours")
	b.drawn(2)
	b.choose("chance to fail")
	b.until("the curve", `document.querySelectorAll('svg.why .bar').length > 3`)

	s.change("gossip", "gossip.go", wrongGossip, "	if true {{{\n")
	b.until("the compiler's line", `document.querySelector('.problems')?.textContent.includes('gossip.go')`)
	s.change("gossip", "gossip.go", "	if true {{{\n", rightGossip)
	b.until("it passes", `document.querySelector('#points').textContent === '15 of 15 points'`)
	require.Contains(t, b.text("#status"), "passes now")
	require.Zero(t, eval[int](b, `document.querySelectorAll('.verdict').length`))
	b.clean()
}

// Hints open one by one, and those that were given are still there when the page is opened again.
func TestDesk_HintLadder_I13(t *testing.T) {
	s := atDesk(t, "gossip")
	b := s.opened(1280, 900)
	rungs := `document.querySelectorAll('.ladder details').length`
	before := eval[int](b, rungs)
	for n, next := range []string{"Give hint 1 of 3", "Give hint 2 of 3", "Give hint 3 of 3"} {
		require.Equal(t, next, b.text("#hint"))
		b.click("#hint")
		b.until("the hint", fmt.Sprintf(`%s > %d && document.querySelector('#hint')?.textContent !== %q`, rungs, n, next))
	}
	require.LessOrEqual(t, before, 1, "the question about the failure")
	require.Zero(t, eval[int](b, `document.querySelectorAll('#hint').length`))
	b.do(chromedp.Reload())
	b.until("all hints", rungs+" >= 3")
	b.clean()
}

// The debugger steps through the run, forwards and back, by mouse and by key, with a diagram of what has happened.
func TestDesk_Debugger_I13(t *testing.T) {
	s := atDesk(t, "gossip")
	b := s.opened(1280, 900)
	b.keys("2")
	count := func(want string) {
		b.until(want, fmt.Sprintf(`document.querySelector('.count')?.textContent.startsWith(%q)`, want))
	}
	count("0 events")
	b.keys("j")
	count("1 events")
	b.keys("j")
	count("2 events")
	b.keys("k")
	count("1 events")
	b.choose("Run")
	b.until("the rule breaks", `document.querySelector('#debug .error:not([hidden])')?.textContent.includes('GSP-3')`)
	b.until("the diagram", `Number(document.querySelector('#debug canvas')?.dataset.arrows) > 2`)
	require.Contains(t, b.text(".nodes"), "gossip ids seen")
	b.accessible("debugger")
	shot(t, b, "desk-debugger")
	b.clean()
}

// A chapter shows in the page, with its figures, and nothing of it is refused by the policy.
func TestDesk_Chapter_I13(t *testing.T) {
	s := atDesk(t, "gossip")
	b := s.opened(1280, 900)
	b.click("#tab-chapter")
	b.until("the chapter", `document.querySelector('iframe')?.contentDocument.querySelector('h1')?.textContent.includes('Gossip')`)
	b.until("its figures", `document.querySelector('iframe').contentDocument.querySelector('figure.spacetime canvas')`)
	shot(t, b, "desk-chapter")
	b.clean()
}

// On every screen, in light and in dark, nothing is wider than the page, and axe-core finds nothing serious.
func TestDesk_FitsEveryScreen_I13(t *testing.T) {
	s := atDesk(t)
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b := open(t, width, 900)
			_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			require.NoError(t, err)
			b.do(chromedp.Navigate(s.url))
			b.until("the failure", `document.querySelector('.verdict h3')?.textContent === 'GSP-3 is broken'`)
			b.drawn(1)
			what := fmt.Sprintf("%s at %d px", scheme, width)
			require.LessOrEqual(t, eval[int64](b, `document.documentElement.scrollWidth`), width, what)
			require.Equal(t, scheme == "light", eval[bool](b, `(([r, g, b]) => r + g + b > 382)(getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number))`), what)
			b.accessible(what)
			shot(t, b, fmt.Sprintf("desk-%s-%d", scheme, width))
			b.click(`[data-step="mempool.1"]`)
			b.until("a step that is not written", `document.querySelector('.code .here')?.textContent.includes('NotWritten')`)
			b.accessible("not written, " + what)
			require.LessOrEqual(t, eval[int64](b, `document.documentElement.scrollWidth`), width, what)
			shot(t, b, fmt.Sprintf("desk-unwritten-%s-%d", scheme, width))
			b.clean()
		}
	}
}

// All can be reached and done by the keyboard alone: Tab comes round, the diagram lets go of it, and its own keys work.
func TestDesk_KeyboardAlone_I13(t *testing.T) {
	s := atDesk(t, "gossip")
	b := s.opened(1280, 900)
	seen := map[string]bool{}
	for range 120 {
		b.keys(kb.Tab)
		at := eval[string](b, `(() => { const e = document.activeElement; return e.id || e.className || e.tagName; })()`)
		seen[at] = true
		if at == "BODY" {
			break
		}
	}
	for _, wanted := range []string{"skip", "all", "theme", "help", "step failed", "tab-work", "follow", "CANVAS", "hint", "BODY"} {
		require.True(t, seen[wanted], "%s is not reached: %v", wanted, seen)
	}
	b.keys("d")
	require.Equal(t, "CANVAS", eval[string](b, "document.activeElement.tagName"))
	b.keys("n")
	b.keys("n")
	b.until("an event is chosen", `document.querySelector('#work canvas').dataset.selected !== ''`)
	b.keys(kb.Enter)
	b.until("its details", `document.activeElement.className === 'about' && document.querySelector('.about dl')`)
	b.do(chromedp.Focus(chromedp.CSS("#tab-work")))
	b.keys(kb.ArrowRight)
	require.Equal(t, "tab-debug", eval[string](b, "document.activeElement.id"))
	b.keys("?")
	require.True(t, eval[bool](b, `document.activeElement.id === 'close' && !document.getElementById('keys').hidden`))
	b.keys(kb.Escape)
	require.True(t, eval[bool](b, `document.getElementById('keys').hidden`))
	b.keys("1")
	b.keys("h")
	b.until("the first hint", `document.querySelector('#hint')?.textContent === 'Give hint 2 of 3'`)
	b.clean()
}

// The page says that the directory is gone, that it is back, and that the desk has ended.
func TestDesk_WhatGoesWrong_I13(t *testing.T) {
	s := atDesk(t, "gossip")
	b := s.opened(1280, 900)
	away := s.dir + ".away"
	require.NoError(t, os.Rename(s.dir, away))
	b.until("it is gone", `document.querySelector('#status').textContent.includes('holds no layers now')`)
	require.NoError(t, os.Rename(away, s.dir))
	b.until("it is back", `!document.querySelector('#status').textContent.includes('holds no layers now')`)
	b.clean()
	s.end()
	b.until("the end", `document.querySelector('#trouble').textContent.includes('The desk has ended')`)
}
