package book

import (
	"fmt"
	"go/scanner"
	"go/token"
	"html/template"
	"io/fs"
	"path"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"strata/harness/course/checkout"
)

// codeURL is where a file or a directory of the project is in the site.
func codeURL(name string) string { return path.Join("code", name) + ".html" }

// codePage adds a file that pages link to, with its lines numbered, or the list of a directory.
func (b *book) codePage(name string) error {
	info, err := fs.Stat(b.tree, name)
	if err != nil {
		return fmt.Errorf("book: %w", err)
	}
	body := ""
	if info.IsDir() {
		entries, err := fs.ReadDir(b.tree, name)
		if err != nil {
			return fmt.Errorf("book: %w", err)
		}
		body = "<ul>"
		for _, e := range entries {
			body += "<li><code>" + escape(e.Name()) + "</code></li>"
		}
		body += "</ul>"
	} else {
		text, err := checkout.Read(b.tree, name)
		if err != nil {
			return fmt.Errorf("book: %w", err)
		}
		body = numbered(Highlight(name, text))
	}
	url := codeURL(name)
	title := "<h1><code>" + escape(name) + "</code></h1>\n"
	return b.put(url, frame{Title: name, Path: name, Up: up(url), Body: template.HTML(title + body), Code: true})
}

// numbered gives each line of highlighted code its number and its anchor.
func numbered(code string) string {
	var out strings.Builder
	out.WriteString(`<pre class="code">`)
	for i, line := range strings.Split(strings.TrimSuffix(code, "\n"), "\n") {
		fmt.Fprintf(&out, "<span class=\"line\" id=\"L%d\"><a href=\"#L%[1]d\">%[1]d</a>%s\n</span>", i+1, line)
	}
	out.WriteString("</pre>\n")
	return out.String()
}

// Highlight is the text of a file as HTML: keywords, texts and comments of Go are marked, anything else stays as it is.
// No mark goes over the end of a line.
func Highlight(name, text string) string {
	if !strings.HasSuffix(name, ".go") {
		return escape(text)
	}
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), nil, scanner.ScanComments)
	var out strings.Builder
	done := 0
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return out.String() + escape(text[done:])
		}
		class := ""
		switch {
		case tok == token.COMMENT:
			class = "c"
		case tok == token.STRING || tok == token.CHAR:
			class = "s"
		case tok.IsKeyword():
			class, lit = "k", tok.String()
		}
		at := file.Offset(pos)
		if class == "" || at < done || !strings.HasPrefix(text[at:], lit) {
			continue
		}
		out.WriteString(escape(text[done:at]))
		for i, line := range strings.Split(lit, "\n") {
			if i > 0 {
				out.WriteByte('\n')
			}
			fmt.Fprintf(&out, `<span class="%s">%s</span>`, class, escape(line))
		}
		done = at + len(lit)
	}
}

// blocks renders fenced blocks: Go is highlighted, the rest is as it is.
type blocks struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		block := n.(*ast.FencedCodeBlock)
		lang, class := string(block.Language(source)), ""
		if block.Info != nil { // a block "text from FILE" is of the classes text and from
			words := strings.Fields(string(block.Info.Value(source)))
			class = strings.Join(words[:min(2, len(words))], " ")
		}
		code := string(block.Lines().Value(source))
		if drawn, ok := block.AttributeString("drawn"); ok {
			_, _ = w.Write(drawn.([]byte)) // the writer keeps its first error, and the next line returns it
		}
		_, err := fmt.Fprintf(w, "<pre class=\"block %s\" tabindex=\"0\">%s</pre>\n", escape(class), Highlight("."+lang, code))
		return ast.WalkSkipChildren, err
	})
}
