package book

import (
	"fmt"
	"html"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"strata/harness/course/rules"
)

// resolve has every link and figure of a page lead to its place in the site, and notes what leads nowhere.
// Rules that are named lead to their sentences.
func (b *book) resolve(p *page) {
	var texts []*ast.Text
	_ = ast.Walk(p.doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading, *ast.CodeSpan:
			return ast.WalkSkipChildren, nil
		case *ast.Link:
			n.Destination = []byte(b.link(p, n, string(n.Destination)))
			return ast.WalkSkipChildren, nil
		case *ast.Image:
			n.Destination = []byte(b.figure(p, string(n.Destination)))
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock:
			b.draw(p, n)
		case *ast.Text:
			texts = append(texts, n)
		}
		return ast.WalkContinue, nil
	})
	for _, t := range texts {
		linkRules(p, t)
	}
}

// link is where a link of a page leads in the site.
func (b *book) link(p *page, n ast.Node, to string) string {
	if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
		return to
	}
	file, anchor, _ := strings.Cut(to, "#")
	name := p.path
	if file != "" {
		name = path.Join(path.Dir(p.path), file)
	}
	if target := b.pages[name]; target != nil {
		if anchor != "" && !target.has(anchor) {
			b.fault(p, "]("+to, "%s has no heading #%s", name, anchor)
		}
		return strings.TrimSuffix(target.url+"#"+anchor, "#")
	}
	if _, err := fs.Stat(b.tree, name); err != nil {
		b.fault(p, "]("+to, "there is no %s", name)
		return to
	}
	b.code[name] = true
	return codeURL(name) + b.lookFor(p, n, name)
}

// lookFor is the line that a row of a walk points to: its second cell is a text of the file.
func (b *book) lookFor(p *page, link ast.Node, name string) string {
	cell, ok := link.Parent().(*tables.TableCell)
	if !ok || cell.PreviousSibling() != nil || cell.NextSibling() == nil {
		return ""
	}
	span, ok := cell.NextSibling().FirstChild().(*ast.CodeSpan)
	if !ok {
		return ""
	}
	text, err := fs.ReadFile(b.tree, name)
	before, _, found := strings.Cut(string(text), plain(span, p.source))
	if err != nil || !found {
		return ""
	}
	return fmt.Sprintf("#L%d", 1+strings.Count(before, "\n"))
}

// figure adds a picture to the site.
func (b *book) figure(p *page, to string) string {
	name := path.Join(path.Dir(p.path), to)
	picture, err := fs.ReadFile(b.tree, name)
	if err != nil {
		b.fault(p, "]("+to, "there is no figure %s", name)
		return to
	}
	site := path.Join("img", path.Base(name))
	b.files[site] = picture
	return site
}

// ruleName is the id of a rule within a sentence.
var ruleName = regexp.MustCompile(`\b[A-Z][A-Z0-9]{2}-\d+\b`)

// rulePage is where the sentence of a rule stands.
func rulePage(r rules.Rule) string {
	if prefix, _, _ := strings.Cut(r.ID, "-"); slices.Contains([]string{"LED", "LDR", "VAL", "LAT", "CAU"}, prefix) {
		return "electives.html"
	}
	if strings.HasPrefix(r.ID, "ECH") {
		return "0-echo.html"
	}
	return "protocol.html"
}

// linkRules has each rule that a text names lead to its sentence, which a pointer that rests on it shows.
func linkRules(p *page, t *ast.Text) {
	if p.url == "protocol.html" || p.url == "electives.html" {
		return
	}
	value := t.Segment.Value(p.source)
	parent, at := t.Parent(), t.Segment.Start
	for _, m := range ruleName.FindAllIndex(value, -1) {
		r, known := rules.Find(string(value[m[0]:m[1]]))
		if !known || rulePage(r) == p.url {
			continue
		}
		from, to := t.Segment.Start+m[0], t.Segment.Start+m[1]
		parent.InsertBefore(parent, t, ast.NewTextSegment(text.NewSegment(at, from)))
		link := ast.NewLink()
		link.Destination = []byte(rulePage(r) + "#" + r.ID)
		link.Title = []byte(strings.NewReplacer("`", "", "**", "").Replace(r.Text))
		link.SetAttributeString("class", []byte("rule"))
		link.AppendChild(link, ast.NewTextSegment(text.NewSegment(from, to)))
		parent.InsertBefore(parent, t, link)
		at = to
	}
	t.Segment = t.Segment.WithStart(at)
}

// ruleRows gives the rows of rules their anchors.
func ruleRows(body string) string {
	return regexp.MustCompile(`<td>([A-Z][A-Z0-9]{2}-\d+)</td>`).ReplaceAllString(body, `<td id="$1"><a href="#$1">$1</a></td>`)
}

// escape makes a text fit for HTML.
func escape(text string) string { return html.EscapeString(text) }
