package browser

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"strata/harness/class"
	"strata/harness/class/board"
	"strata/harness/class/export"
	"strata/harness/class/intake"
	"strata/harness/class/similar"
	"strata/harness/localpage"
	"strata/harness/proof/mutants"
)

// hostile are names that a page must show as they are, and not obey.
var hostile = []string{
	"<script>document.title='caught'</script>", `"><img src=x onerror="document.title='caught'">`, "Zoë 李小龍 \u202egnirts",
	strings.Repeat("Wolfeschlegelsteinhausenbergerdorff", 4),
}

// classOf is a class whose layer 4 is graded: right, wrong in ways of the bank, not written, broken, and not there. The names
// are those of people, and with hostile also these.
func classOf(t *testing.T, more ...string) *class.Folder {
	t.Helper()
	from, out := t.TempDir(), filepath.Join(t.TempDir(), "results")
	table := [][]string{{"handin", "name", "late"}}
	add := func(name string, files map[string]string) {
		key := fmt.Sprintf("s%02d", len(table))
		table = append(table, []string{key, name, fmt.Sprint(len(table) % 7 / 5)})
		for file, text := range files {
			path := filepath.Join(from, key, file)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		}
	}
	right := layer(t, "../solutions/gossip")
	bank, err := mutants.Load(os.DirFS(".."))
	require.NoError(t, err)
	bank, err = mutants.Bank(bank, nil, []string{"gossip/marks-late", "gossip/echo-to-sender", "gossip/no-seen-set"})
	require.NoError(t, err)
	add("Amy Miller", right)
	add("Bob Stone", right)
	names := append([]string{"Cat Ng", "Dan O'Neil", "Eve Adams"}, more...)
	for i, name := range names {
		files, err := bank[i%len(bank)].Apply(os.DirFS(".."))
		require.NoError(t, err)
		mine := make(map[string]string)
		for file, text := range files {
			mine["gossip/"+file] = text
		}
		add(name, mine)
	}
	add("Fay Berg", layer(t, "../exercises/gossip"))
	add("Gus Hall", map[string]string{"gossip/a.go": "package gossip\n\nfunc x( {\n"})
	table = append(table, []string{"none", "Hal Iverson", "0"})
	var text bytes.Buffer
	require.NoError(t, csv.NewWriter(&text).WriteAll(table))
	named := filepath.Join(t.TempDir(), "names.csv")
	require.NoError(t, os.WriteFile(named, text.Bytes(), 0o600))
	read, err := intake.ReadNames(named)
	require.NoError(t, err)
	taken, err := intake.Take(t.Context(), []string{from}, intake.Options{Into: class.Handins(out), Names: read})
	require.NoError(t, err)
	f, err := class.Begin(out, class.List{Handins: taken.Handins, Settings: class.Settings{Suite: "s", Seeds: 3, First: 1,
		Sealed: true, Layers: []string{"gossip"}, Timeout: 20 * time.Second}})
	require.NoError(t, err)
	return f
}

// layer has the Go of a layer, by its name in a hand-in.
func layer(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	all := make(map[string]string)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all["gossip/"+filepath.Base(file)] = string(text)
	}
	return all
}

func gradeAll(t *testing.T, f *class.Folder) {
	t.Helper()
	graders := class.NewGraders("..")
	defer graders.Close()
	done, err := f.Grade(t.Context(), class.Options{Grader: graders.Of(f.List.Settings, nil)})
	require.NoError(t, err)
	require.Empty(t, done.Failed)
}

// everyScreen looks at a page on a desk's screen and a phone's, in light and in dark: nothing is wider than the page, axe-core
// finds nothing serious, and no name has done anything.
func everyScreen(t *testing.T, at, name string, ready func(b *browser)) {
	t.Helper()
	for _, width := range []int64{1280, 390} {
		for _, scheme := range []string{"light", "dark"} {
			b := open(t, width, 900)
			_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			require.NoError(t, err)
			b.do(chromedp.Navigate(at))
			ready(b)
			what := fmt.Sprintf("%s, %s at %d px", name, scheme, width)
			require.LessOrEqual(t, eval[int64](b, `document.documentElement.scrollWidth`), width, what)
			require.Equal(t, scheme == "light", eval[bool](b, `(([r, g, b]) => r + g + b > 382)(getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number))`), what)
			require.NotEqual(t, "caught", eval[string](b, "document.title"))
			require.Zero(t, eval[int](b, "document.querySelectorAll('main img').length"))
			b.accessible(what)
			shot(t, b, fmt.Sprintf("%s-%s-%d", name, scheme, width))
			eval[bool](b, "(scrollTo(0, document.body.scrollHeight), true)")
			shot(t, b, fmt.Sprintf("%s-%s-%d-end", name, scheme, width))
			b.clean()
		}
	}
}

// boardOf serves the live page of a class.
func boardOf(t *testing.T, f *class.Folder) (url string) {
	t.Helper()
	l, err := localpage.Listen(0)
	require.NoError(t, err)
	server := localpage.New(l, board.Files)
	ctx, cancel := context.WithCancel(t.Context())
	served, followed := make(chan error, 1), make(chan struct{})
	go func() { served <- server.Serve(ctx) }()
	go func() { defer close(followed); (&board.Board{Dir: f.Dir}).Follow(ctx, server) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-served)
		<-followed
	})
	return server.URL()
}

// The page of a class follows what is graded, and shows every name as it is.
func TestClass_ThePageFollows_I15(t *testing.T) {
	f := classOf(t, hostile...)
	url := boardOf(t, f)
	b := open(t, 1280, 900)
	b.do(chromedp.Navigate(url))
	b.until("nobody is graded", `document.getElementById('how').textContent ===
		'0 of 12 hand-ins are graded, 11 are to come (6 different ones), 1 cannot be graded: see the remarks'`)
	shot(t, b, "class-begins")
	gradeAll(t, f)
	b.until("all are", `document.getElementById('how').textContent.startsWith('11 of 12 hand-ins are graded')`)
	for _, name := range hostile {
		require.Contains(t, b.text("#standings"), name)
	}
	require.Contains(t, b.text("#broken"), "GSP-3")
	b.clean()
	everyScreen(t, url, "class-hostile", func(b *browser) {
		b.until("all are graded", `document.getElementById('how').textContent.startsWith('11 of 12')`)
	})
}

// The pages of students, and that of similar hand-ins, need nothing but themselves.
func TestClass_PagesOfStudents_I15(t *testing.T) {
	f := classOf(t, hostile...)
	gradeAll(t, f)
	all, err := f.Standings(class.Rules{Late: class.Late{PerDay: 10}})
	require.NoError(t, err)
	dir := t.TempDir()
	for i, s := range all {
		r, ok, err := f.Report(s.Handin)
		require.NoError(t, err)
		if !ok || i < 2 || s.Name == "Dan O'Neil" {
			continue
		}
		path := filepath.Join(dir, s.Key+".html")
		out, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, export.Page(t.Context(), out, s, r, export.Drawer("..", f.List.Settings, nil)))
		require.NoError(t, out.Close())
		drawn := len(r.Failures) > 0 && s.Name != "Fay Berg"
		if i != 2 && i != 5 && drawn {
			continue
		}
		everyScreen(t, "file://"+(&url.URL{Path: path}).EscapedPath(), fmt.Sprintf("student-%02d", i), func(b *browser) {
			b.until("the page", `document.querySelector('h1')`)
			require.Equal(t, s.Name, b.text("h1"))
			if drawn {
				b.until("the diagram", `document.querySelector('figure canvas')`)
			}
		})
	}
	var works []similar.Work
	for _, h := range f.List.Handins {
		if h.Dir != "" {
			works = append(works, similar.Work{Name: h.Name, Digest: h.Digest, Sources: []similar.Source{
				{Name: "gossip/gossip.go", Text: []byte(layer(t, filepath.Join(h.Dir, "gossip"))["gossip/gossip.go"])},
			}})
		}
	}
	path := filepath.Join(dir, "similar.html")
	out, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, similar.Page(out, works, similar.Compare(works, nil, 0.1)))
	require.NoError(t, out.Close())
	everyScreen(t, "file://"+path, "similar", func(b *browser) {
		b.until("the pairs", `document.querySelectorAll('details').length > 2`)
		b.click("summary")
	})
}

// The pictures of docs/class.md are taken of a class that is graded here.
func TestClass_Pictures_I15(t *testing.T) {
	if shots == "" {
		t.Skip("STRATA_SHOTS says where the pictures go")
	}
	f := classOf(t, "Finn Dahl", "Grace Liu", "Hugo Roth", "Ines Vidal")
	gradeAll(t, f)
	at := boardOf(t, f)
	for _, width := range []int64{1280, 390} {
		b := open(t, width, 900)
		b.do(chromedp.Navigate(at))
		b.until("all are graded", `document.getElementById('how').textContent.startsWith('11 of 12')`)
		shot(t, b, fmt.Sprintf("class-page-%d", width))
	}
	all, err := f.Standings(class.Rules{})
	require.NoError(t, err)
	dan := all[3]
	r, _, err := f.Report(dan.Handin)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "dan.html")
	out, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, export.Page(t.Context(), out, dan, r, export.Drawer("..", f.List.Settings, nil)))
	require.NoError(t, out.Close())
	b := open(t, 1280, 1500)
	b.do(chromedp.Navigate("file://" + path))
	b.until("the diagram", `document.querySelector('figure canvas')`)
	shot(t, b, "class-student")
}
