package leader

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"strata/ledgers"
	"strata/network"
)

// Name is the ledger's, in genesis and in what is signed.
const Name = "leader"

// Version is that of the format of genesis and of everything that follows from it.
const Version = 1

// Genesis says who agrees, in an order that says who leads when (LDR-1). Everything that changes a
// verdict is here or a constant of this package; nothing is configuration (LED-1).
type Genesis struct {
	Members []ledgers.Member

	ready []ledgers.Key // those of the members, in a genesis that Config.Complete has seen
}

// Text is the one text of a genesis: a line for the format, then one for each member, `key address`.
func (g Genesis) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d\n", Name, Version)
	for _, m := range g.Members {
		fmt.Fprintf(&b, "%s %s\n", m.Key, m.Addr)
	}
	return b.String()
}

// Chain is the SHA-256 of the text (LED-1).
func (g Genesis) Chain() ledgers.ChainID { return network.Sum256([]byte(g.Text())) }

// Roster is the members: the way into the network.
func (g Genesis) Roster() []ledgers.Member { return g.Members }

// Quorum is how many members decide: more than half (LDR-1).
func (g Genesis) Quorum() int { return len(g.Members)/2 + 1 }

// Leader is the member that leads a view.
func (g Genesis) Leader(view uint64) int { return int(view % uint64(len(g.Members))) }

// Index is the member with the key; -1 if there is none: an observer.
func (g Genesis) Index(key network.PublicKey) int { return ledgers.IndexOf(g.Members, key) }

// prepare makes the members' keys ready.
func (g *Genesis) prepare() {
	g.ready = make([]ledgers.Key, len(g.Members))
	for i, m := range g.Members {
		g.ready[i] = ledgers.Ready(m.Key)
	}
}

// verify says whether a signature is that of a member.
func (g *Genesis) verify(member int, message []byte, signature network.Signature) bool {
	if len(g.ready) == len(g.Members) {
		return g.ready[member].Verify(message, signature)
	}
	return ledgers.Verify(g.Members[member].Key, message, signature)
}

// Validate says everything that is wrong with a genesis.
func (g Genesis) Validate() error {
	return errors.Join(ledgers.MemberFaults(Name, g.Members)...)
}

// ParseGenesis reads a text that is canonical to the last byte. The error names the line.
func ParseGenesis(text string) (Genesis, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if lines[0] != Name+" "+strconv.Itoa(Version) {
		return Genesis{}, fmt.Errorf("leader: genesis: line 1 is %.80q, want %q", lines[0], Name+" "+strconv.Itoa(Version))
	}
	var g Genesis
	for i, line := range lines[1:] {
		m, err := ledgers.ParseMember(line)
		if err != nil {
			return Genesis{}, fmt.Errorf("leader: genesis: line %d: %w", i+2, err)
		}
		g.Members = append(g.Members, m)
	}
	if err := g.Validate(); err != nil {
		return Genesis{}, err
	}
	if g.Text() != text {
		return Genesis{}, errors.New("leader: genesis: the text is not the canonical one: it wants lower-case hex, " +
			"one blank, and a line break after each line")
	}
	return g, nil
}
