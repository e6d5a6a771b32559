package book

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// part is a part of the book, and its pages by their paths from the root.
type part struct {
	Title string
	Pages []string
}

// The parts of the book. Pages of docs whose names begin with a number are the chapters, in their order.
var (
	start   = part{"Start", []string{"README.md"}}
	further = []part{
		{"While you write", []string{"docs/desk.md", "docs/protocol.md", "docs/electives.md", "docs/failures.md", "docs/faults.md", "docs/exploring.md", "docs/pictures.md", "docs/boundary.md"}},
		{"Running nodes", []string{"docs/node.md", "docs/lattice.md", "docs/wallet.md", "docs/deploy.md", "docs/threat-model.md"}},
		{"Simulated networks", []string{"docs/networks.md", "docs/play-live.md", "docs/real.md", "docs/experiments-forks.md", "docs/experiments-attacks.md", "docs/experiments-propagation.md", "docs/experiments-graphs.md"}},
		{"Grading", []string{"docs/class.md", "docs/trust.md", "docs/mutants.md"}},
		{"The project", []string{"docs/architecture.md", "docs/glossary.md", "CONTRIBUTING.md", "docs/book.md", "docs/targets.md", "docs/dependencies.md", "docs/trace-format.md"}},
	}
)

// contents lists the parts with the pages that there are. Error: a page of docs that is in no part.
func contents(tree fs.FS) ([]part, error) {
	names, err := fs.Glob(tree, "docs/*.md")
	if err != nil {
		return nil, fmt.Errorf("book: %w", err)
	}
	chapters := part{Title: "Chapters"}
	rest := map[string]bool{"README.md": true, "CONTRIBUTING.md": true}
	for _, name := range names {
		if _, numbered := number(name); numbered {
			chapters.Pages = append(chapters.Pages, name)
		} else {
			rest[name] = true
		}
	}
	slices.SortFunc(chapters.Pages, func(a, b string) int {
		m, _ := number(a)
		n, _ := number(b)
		return cmp.Compare(m, n)
	})
	parts := []part{start, chapters}
	for _, p := range append([]part{start}, further...) {
		there := part{Title: p.Title}
		for _, name := range p.Pages {
			if _, err := fs.Stat(tree, name); err == nil {
				there.Pages = append(there.Pages, name)
			}
			delete(rest, name)
		}
		if p.Title != start.Title && len(there.Pages) > 0 {
			parts = append(parts, there)
		}
	}
	for name := range rest {
		if name != "CONTRIBUTING.md" {
			return nil, fmt.Errorf("book: %s is in no part of the book: add it to harness/course/book/contents.go", name)
		}
	}
	return parts, nil
}

// number is that of a chapter.
func number(name string) (n int, ok bool) {
	first, _, _ := strings.Cut(path.Base(name), "-")
	n, err := strconv.Atoi(first)
	return n, err == nil
}

// urlOf is the name of a page in the site.
func urlOf(name string) string {
	if name == "README.md" {
		return "index.html"
	}
	return strings.ToLower(strings.TrimSuffix(path.Base(name), ".md")) + ".html"
}
