package book

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// section is what a search finds: a part of a page below one heading.
type section struct {
	Page    string `json:"p"` // title
	Heading string `json:"h"` // empty before the first one below the title
	URL     string `json:"u"`
	Text    string `json:"t"`
}

// index is a script that holds every section. A page that was opened from a file may not fetch, but it may
// load a script.
func (b *book) index() ([]byte, error) {
	var all []section
	for _, p := range b.order {
		all = append(all, p.sections()...)
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("book: %w", err)
	}
	return append(append([]byte("window.sections = "), text...), ";\n"...), nil
}

// sections parts a page at its headings.
func (p *page) sections() (all []section) {
	now := section{Page: p.title, URL: p.url}
	end := func() {
		if now.Text = strings.Join(strings.Fields(now.Text), " "); now.Text != "" {
			all = append(all, now)
		}
	}
	for n := p.doc.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			end()
			id, _ := h.AttributeString("id")
			now = section{Page: p.title, URL: p.url}
			if h.Level > 1 {
				now.Heading, now.URL = plain(h, p.source), p.url+"#"+string(id.([]byte))
			}
			continue
		}
		now.Text += " " + words(n, p.source)
	}
	end()
	return all
}

// words are those of a block, code included.
func words(n ast.Node, source []byte) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			out.Write(n.Lines().Value(source))
		case *ast.Text:
			out.Write(n.Segment.Value(source))
			if n.SoftLineBreak() {
				out.WriteByte(' ')
			}
		case *ast.CodeSpan, *ast.Link, *ast.Emphasis:
		default:
			out.WriteByte(' ')
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}
