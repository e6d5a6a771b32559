package book

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// page is one page of the book.
type page struct {
	path     string // from the root of the project
	url      string // in the site
	title    string
	source   []byte
	doc      ast.Node
	headings []heading
	diagrams bool // there are runs in it that are drawn
}

// heading is one of a page.
type heading struct {
	Level int
	Title string
	ID    string
}

// markdown is what the pages are written in: that of GitHub, with HTML of our own in it.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.GFM),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(blocks{}, 100))),
)

// Anchor is what a heading can be linked to by, as GitHub makes it.
func Anchor(title string) string {
	kept := regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(title), "")
	return strings.ReplaceAll(kept, " ", "-")
}

// anchors gives headings their ids.
type anchors map[string]int

// Generate implements parser.IDs.
func (a anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	id := Anchor(string(value))
	a[id]++
	if a[id] > 1 {
		id = fmt.Sprintf("%s-%d", id, a[id]-1)
	}
	return []byte(id)
}

// Put implements parser.IDs.
func (a anchors) Put(value []byte) { a[string(value)]++ }

// parse reads a page.
func parse(name string, source []byte) *page {
	p := &page{path: name, url: urlOf(name), source: source}
	p.doc = markdown.Parser().Parse(text.NewReader(source), parser.WithContext(parser.NewContext(parser.WithIDs(anchors{}))))
	_ = ast.Walk(p.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		h, ok := n.(*ast.Heading)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		id, _ := h.AttributeString("id")
		p.headings = append(p.headings, heading{h.Level, plain(h, source), string(id.([]byte))})
		return ast.WalkSkipChildren, nil
	})
	p.title = name
	if len(p.headings) > 0 {
		p.title = p.headings[0].Title
	}
	return p
}

// has says whether a heading of the page has that anchor, or a rule that it lists.
func (p *page) has(anchor string) bool {
	for _, h := range p.headings {
		if h.ID == anchor {
			return true
		}
	}
	return false
}

// lineOf is the line of the page's source that first has the text; 1 if none has.
func (p *page) lineOf(text string) int {
	at := bytes.Index(p.source, []byte(text))
	return 1 + bytes.Count(p.source[:max(at, 0)], []byte("\n"))
}

// render makes the page's HTML.
func (b *book) render(p *page) error {
	b.resolve(p)
	var body bytes.Buffer
	if err := markdown.Renderer().Render(&body, p.source, p.doc); err != nil {
		return fmt.Errorf("book: %s: %w", p.path, err)
	}
	f := frame{Title: p.title, Path: p.path, Diagrams: p.diagrams, Body: template.HTML(ruleRows(body.String()))}
	for _, h := range p.headings {
		if h.Level == 2 {
			f.Within = append(f.Within, h)
		}
	}
	f.Before, f.After = b.neighbours(p)
	return b.put(p.url, f)
}

// plain is the text of a node, without its marks.
func plain(n ast.Node, source []byte) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch t := n.(type) {
		case *ast.Text:
			out.Write(t.Segment.Value(source))
			if t.SoftLineBreak() || t.HardLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.String:
			out.Write(t.Value)
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}
