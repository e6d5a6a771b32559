package scenario

import "fmt"

// Clause is a promise that a check enforces: a rule, and words that stand in it. A world takes no check
// without one. A test compares every clause with docs/protocol.md and docs/electives.md. The zero value is
// no clause; Promise makes one.
type Clause struct{ rule, words string }

// Promise is the clause of that rule with those words: as the page has them, without its Markdown marks. It
// panics if the rule has no id or the clause no words, as New does.
func Promise(rule, words string) Clause {
	if !isRule(rule) || words == "" {
		panic(fmt.Sprintf("scenario: a promise of rule %q in the words %q", rule, words))
	}
	return Clause{rule, words}
}

// Rule is the id of the rule; empty if this is no clause.
func (c Clause) Rule() string { return c.rule }

// Words are the words of the page.
func (c Clause) Words() string { return c.words }
