package similar

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"strata/web/kit"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// mostPairs is how many pairs a page has.
const mostPairs = 100

// side is one work of a pair, file by file.
type side struct {
	Name  string
	Files []markedFile
}

type markedFile struct {
	Name  string
	Lines []markedLine
}

type markedLine struct {
	Number int
	Text   string
	Marked bool
}

// onPage is a pair with its two sides.
type onPage struct {
	Pair
	Percent int
	Sides   [2]side
}

// Page writes the pairs with both sides marked, as a page that needs nothing but itself.
func Page(w io.Writer, works []Work, pairs []Pair) error {
	byName := make(map[string]Work)
	for _, one := range works {
		byName[one.Name] = one
	}
	var shown []onPage
	for _, p := range pairs[:min(len(pairs), mostPairs)] {
		var a, b []Lines
		for _, one := range p.Passages {
			a, b = append(a, one.A), append(b, one.B)
		}
		shown = append(shown, onPage{p, int(100*p.Share + 0.5), [2]side{marked(byName[p.A], a), marked(byName[p.B], b)}})
	}
	err := pageTemplate.Execute(w, struct {
		Theme template.CSS
		Pairs []onPage
		Of    int
	}{template.CSS(kit.Theme()), shown, len(pairs)})
	if err != nil {
		return fmt.Errorf("similar: %w", err)
	}
	return nil
}

// around is how many lines beside a passage are shown.
const around = 3

// marked are the files of a work that have passages, with what is around them.
func marked(w Work, passages []Lines) side {
	s := side{Name: w.Name}
	for _, source := range w.Sources {
		in := slices.DeleteFunc(slices.Clone(passages), func(l Lines) bool { return l.File != source.Name })
		if len(in) == 0 {
			continue
		}
		f := markedFile{Name: source.Name}
		for i, text := range strings.Split(string(source.Text), "\n") {
			n := i + 1
			near := func(by int) bool {
				return slices.ContainsFunc(in, func(l Lines) bool { return n >= l.First-by && n <= l.End+by })
			}
			if near(around) {
				f.Lines = append(f.Lines, markedLine{n, text, near(0)})
			}
		}
		s.Files = append(s.Files, f)
	}
	return s
}
