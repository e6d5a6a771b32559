// Package doctest keeps the book true: its tests look at every page for commands, links, code,
// lengths and rules that are not what they are in the project.
package doctest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// block is one fenced block of a page.
type block struct {
	page string
	line int // of its first line of text
	lang string
	text []string
}

// at says where the n-th line of the block is.
func (b block) at(n int) string { return fmt.Sprintf("%s:%d", b.page, b.line+n) }

// pages lists the Markdown files of the project by their paths from root: those at the top and
// those of the book.
func pages(root string) ([]string, error) {
	var all []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range found {
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return nil, err
			}
			all = append(all, filepath.ToSlash(rel))
		}
	}
	return all, nil
}

// read returns the lines of a page.
func read(root, page string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(page)))
	return strings.Split(string(text), "\n"), err
}

// blocks finds the fenced blocks of a page. One that is not closed is an error.
func blocks(page string, lines []string) ([]block, error) {
	var all []block
	var open *block
	for i, line := range lines {
		mark, lang := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case !lang && open == nil:
		case !lang:
			open.text = append(open.text, line)
		case open == nil:
			open = &block{page: page, line: i + 2, lang: mark}
		default:
			all = append(all, *open)
			open = nil
		}
	}
	if open != nil {
		return nil, fmt.Errorf("%s:%d: a block that is not closed", page, open.line-1)
	}
	return all, nil
}

// commands are the command lines of a shell block, by line of the block: all of "sh", those after
// "$ " of "console". Comments are taken off.
func (b block) commands() map[int]string {
	found := map[int]string{}
	for i, line := range b.text {
		if b.lang == "console" {
			after, ok := strings.CutPrefix(line, "$ ")
			if !ok {
				continue
			}
			line = after
		}
		line, _, _ = strings.Cut(line, " #")
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			found[i] = line
		}
	}
	return found
}
