// Package rules reads the rules of the protocol from the book, docs/protocol.md: what a failing
// grade quotes and what the checks of the harness name.
package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"strata/docs"
	"strata/harness/course/checkout"
)

// Rule is one promise of the protocol.
type Rule struct {
	ID    string // such as NET-1
	Layer string // the layer whose part of the page it stands in
	Text  string // the sentences, in Markdown
}

// Plain is the sentences without their Markdown marks, with one blank between words: what clauses quote.
func (r Rule) Plain() string { return Plain(r.Text) }

// Plain takes the Markdown marks out of the text of a rule.
func Plain(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("`", "", "*", "").Replace(text)), " ")
}

var (
	heading = regexp.MustCompile(`^## (?:Layer \d+|Elective \d+|Ledgers|Practice), ([a-z0-9]+)`)
	row     = regexp.MustCompile(`^\| *([A-Z0-9]+)-(\d+) *\| *(.*?) *\|$`)
)

// Parse reads the rules of a page: table rows of id and text, under headings such as "## Layer 1,
// network". The ids of each prefix count from 1. One error lists every fault: a gap, a rule that
// stands twice or out of order, one without text or outside of a layer.
func Parse(page string) ([]Rule, error) {
	var list []Rule
	var faults []error
	layer := ""
	last := map[string]int{} // number of the rule before, by prefix
	for i, line := range strings.Split(string(checkout.LF([]byte(page))), "\n") {
		if m := heading.FindStringSubmatch(line); m != nil {
			layer = m[1]
		}
		m := row.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		prefix, text := m[1], m[3]
		n, err := strconv.Atoi(m[2])
		if err != nil || n != last[prefix]+1 {
			faults = append(faults, fmt.Errorf("rules: line %d: %s-%s stands where %s-%d is expected",
				i+1, prefix, m[2], prefix, last[prefix]+1))
		}
		if text == "" || layer == "" {
			faults = append(faults, fmt.Errorf("rules: line %d: %s-%s has no text or no layer", i+1, prefix, m[2]))
		}
		last[prefix] = max(n, last[prefix])
		list = append(list, Rule{ID: prefix + "-" + m[2], Layer: layer, Text: text})
	}
	if len(list) == 0 {
		faults = append(faults, errors.New("rules: the page has none"))
	}
	return list, errors.Join(faults...)
}

// All lists the rules of the protocol in order. The slice is shared: do not modify it. It panics
// if the page in the book is not well-formed, which a test excludes.
var All = sync.OnceValue(func() []Rule { return parsed(docs.Protocol) })

// Electives lists the rules of the electives, as All does those of the protocol.
var Electives = sync.OnceValue(func() []Rule { return parsed(docs.Electives) })

// Practice lists the rules of the practice layer.
var Practice = sync.OnceValue(func() []Rule { return parsed(docs.Echo) })

func parsed(page string) []Rule {
	list, err := Parse(page)
	if err != nil {
		panic(err)
	}
	return list
}

// Find returns the rule of that id, of the protocol, of an elective or of the practice layer.
func Find(id string) (Rule, bool) {
	for _, r := range slices.Concat(All(), Electives(), Practice()) {
		if r.ID == id {
			return r, true
		}
	}
	return Rule{}, false
}
