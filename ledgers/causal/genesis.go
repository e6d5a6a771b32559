package causal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"strata/ledgers"
)

// Name is the ledger's, in genesis and in what is signed.
const Name = "causal"

// Version is that of the format of genesis and of everything that follows from it.
const Version = 1

// Genesis is the root update: everything stands on it (CAU-1). It names the document, so that two
// documents of the same people are two, and the members, whom a newcomer may ask first.
type Genesis struct {
	Document string // 1 to 64 letters a to z, digits and dashes
	Members  []ledgers.Member
}

// Text is the one text of a genesis: a line for the format, one for the document, then one for each
// member, `key address`.
func (g Genesis) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d\n%s\n", Name, Version, g.Document)
	for _, m := range g.Members {
		fmt.Fprintf(&b, "%s %s\n", m.Key, m.Addr)
	}
	return b.String()
}

// Chain is the SHA-256 of the text (LED-1): the document's id, and the id of the root update (CAU-1).
func (g Genesis) Chain() ledgers.ChainID { return sha256.Sum256([]byte(g.Text())) }

// Root is the id of the root update.
func (g Genesis) Root() ID { return ID(g.Chain()) }

// Validate says everything that is wrong with a genesis.
func (g Genesis) Validate() error {
	var faults []error
	if !named(g.Document) {
		faults = append(faults, fmt.Errorf("causal: the document's name is %.80q, want 1 to 64 of a-z, 0-9 and dash", g.Document))
	}
	return errors.Join(append(faults, ledgers.MemberFaults(Name, g.Members)...)...)
}

// named says whether a document may have the name.
func named(name string) bool {
	return len(name) >= 1 && len(name) <= 64 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// ParseGenesis reads a text that is canonical to the last byte. The error names the line.
func ParseGenesis(text string) (Genesis, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if first := Name + " " + strconv.Itoa(Version); lines[0] != first {
		return Genesis{}, fmt.Errorf("causal: genesis: line 1 is %.80q, want %q", lines[0], first)
	}
	if len(lines) < 2 {
		return Genesis{}, errors.New("causal: genesis: line 2 is missing, want the document's name")
	}
	g := Genesis{Document: lines[1]}
	for i, line := range lines[2:] {
		m, err := ledgers.ParseMember(line)
		if err != nil {
			return Genesis{}, fmt.Errorf("causal: genesis: line %d: %w", i+3, err)
		}
		g.Members = append(g.Members, m)
	}
	if err := g.Validate(); err != nil {
		return Genesis{}, err
	}
	if g.Text() != text {
		return Genesis{}, errors.New("causal: genesis: the text is not the canonical one: it wants lower-case hex, " +
			"one blank, and a line break after each line")
	}
	return g, nil
}
