// Package book makes the workshop's book: a static site of every page of docs, of the figures in them, and
// of the code that they point to. It loads nothing from elsewhere and needs no server, not even to search.
//
//	*.md ──parse──> page ──resolve links──> HTML ──┐
//	                                               ├──> directory
//	code that pages link to ──highlight──> HTML ───┘
//
// A block of a page that comes from a script of the solutions (harness/lab/transcript) stands beneath a diagram of
// the same run: the book plays the script. A link that leads nowhere, a figure that is missing and a page that is in no part of the book are faults:
// then nothing is written.
package book

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"strata/harness/course/checkout"
	"strata/web/kit"
)

// assets are what every page loads, and what each is put into.
//
//go:embed assets
var assets embed.FS

// Build writes the book of the workshop at root into a directory, which it makes. What an earlier book left
// there and this one does not have stays. One error lists every fault of the pages.
func Build(root, to string) (pages int, err error) {
	b, err := made(root)
	if err != nil {
		return 0, err
	}
	return len(b.order), b.write(to)
}

// Files has the files of the book of the workshop at root, by their names. One error lists every fault of the pages.
func Files(root string) (map[string][]byte, error) {
	b, err := made(root)
	if err != nil {
		return nil, err
	}
	return b.files, nil
}

// URL is the name of a page in the book: docs/4-gossip.md is 4-gossip.html there.
func URL(page string) string { return urlOf(page) }

// made is the whole book.
func made(root string) (*book, error) {
	b := &book{tree: os.DirFS(root), pages: map[string]*page{}, files: map[string][]byte{}, code: map[string]bool{}}
	if err := b.read(); err != nil {
		return nil, err
	}
	for _, p := range b.order {
		if err := b.render(p); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(b.faults...); err != nil {
		return nil, err
	}
	return b, b.finish()
}

// book is one that is being made.
type book struct {
	tree   fs.FS
	parts  []part
	order  []*page
	pages  map[string]*page  // by path from the root
	code   map[string]bool   // files and directories that pages link to
	files  map[string][]byte // of the site, by their names
	faults []error
}

// fault notes what is wrong with a page, at the line that has the text.
func (b *book) fault(p *page, text, format string, args ...any) {
	b.faults = append(b.faults, fmt.Errorf("%s:%d: %s", p.path, p.lineOf(text), fmt.Sprintf(format, args...)))
}

// read finds and parses every page.
func (b *book) read() error {
	parts, err := contents(b.tree)
	if err != nil {
		return err
	}
	b.parts = parts
	for _, part := range parts {
		for _, name := range part.Pages {
			text, err := checkout.Read(b.tree, name)
			if err != nil {
				return fmt.Errorf("book: %w", err)
			}
			p := parse(name, []byte(text))
			b.pages[name] = p
			b.order = append(b.order, p)
		}
	}
	return nil
}

// finish adds what belongs to no single page: the code, the index, the assets.
func (b *book) finish() error {
	index, err := b.index()
	if err != nil {
		return err
	}
	b.files["index.js"] = index
	for _, name := range []string{"book.css", "book.js", "light.js"} {
		if b.files[name], err = assets.ReadFile("assets/" + name); err != nil {
			return fmt.Errorf("book: %w", err)
		}
	}
	b.files["theme.css"], b.files["kit.js"] = []byte(kit.Theme()), []byte(kit.Script())
	for name := range b.code {
		if err := b.codePage(name); err != nil {
			return err
		}
	}
	return nil
}

// frame is what a page of the site is put into.
type frame struct {
	Title  string
	Path   string // from the root of the project
	Up     string // to the root of the site
	Parts  []frameLinks
	Within []heading // the second-level headings of this page
	Body   template.HTML
	Before *frameLink
	After  *frameLink
	Code   bool

	Diagrams bool // the page has runs to draw
}

// frameLinks is a part of the contents.
type frameLinks struct {
	Title string
	Pages []frameLink
}

// frameLink leads to a page.
type frameLink struct {
	Title, URL string
	Here       bool
}

var layout = template.Must(template.ParseFS(assets, "assets/page.html"))

// put frames the body of a page and adds it to the site.
func (b *book) put(name string, f frame) error {
	for _, part := range b.parts {
		links := frameLinks{Title: part.Title}
		for _, page := range part.Pages {
			p := b.pages[page]
			links.Pages = append(links.Pages, frameLink{p.title, f.Up + p.url, p.path == f.Path})
		}
		f.Parts = append(f.Parts, links)
	}
	var out bytes.Buffer
	if err := layout.Execute(&out, f); err != nil {
		return fmt.Errorf("book: %s: %w", name, err)
	}
	b.files[name] = out.Bytes()
	return nil
}

// neighbours are the pages before and after one.
func (b *book) neighbours(p *page) (before, after *frameLink) {
	i := slices.Index(b.order, p)
	if i > 0 {
		before = &frameLink{Title: b.order[i-1].title, URL: b.order[i-1].url}
	}
	if i+1 < len(b.order) {
		after = &frameLink{Title: b.order[i+1].title, URL: b.order[i+1].url}
	}
	return before, after
}

// write puts the site into a directory.
func (b *book) write(to string) error {
	for name, text := range b.files {
		file := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("book: %w", err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return fmt.Errorf("book: %w", err)
		}
	}
	return nil
}

// up leads from a file of the site to its root.
func up(name string) string {
	dir := ""
	for d := path.Dir(name); d != "."; d = path.Dir(d) {
		dir += "../"
	}
	return dir
}
