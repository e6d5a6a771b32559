package ledgernode

import (
	"fmt"
	"net/http"
	"strings"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/messaging"
	"strata/network"
	"strata/node/process/operator"
	"strata/p2p"
)

// Ledger is an elective's ledger as a process runs it: see Leader and Validators. A replica of elective 10 has the same
// directory, and runs in causalnode.
type Ledger struct {
	Name     string
	Below    gossip.Stack     // the layers it stands on
	Meshed   []messaging.Kind // gossiped kinds of which a member is sent each message once: see ledgers.Mesh
	Operated bool             // the node has what an operator looks at: see package operator
	Places   int              // of peers, kept for members, if these may be more than genesis names

	// Build makes the node on layers that have not been started. The genesis is one of this ledger.
	Build func(g Genesis, host network.Host, gossip gossip.Gossip, peers p2p.P2P) (Node, error)
}

// Node is a ledger with what a process asks of it besides. All methods are called on the node's loop, but Routes.
type Node interface {
	ledgers.Ledger

	// Failure says why the ledger has stopped by itself (LED-9); nil as long as it has not.
	Failure() error

	// Look tells the operator what is new; only that of an operated ledger is asked.
	Look(o *operator.Operator, peers []network.Addr)

	// Members are the keys of those who agree now, if these may be others than genesis names.
	Members() []network.PublicKey

	// Describe adds to a status what only this ledger has.
	Describe(s *Status)

	// Routes are the questions that only this ledger answers, by their patterns for http.ServeMux.
	Routes(r *Running) map[string]http.HandlerFunc
}

// Genesis is that of a ledger, whichever.
type Genesis interface {
	Text() string
	Chain() ledgers.ChainID
	Roster() []ledgers.Member // the way into the network
	Validate() error
}

// readers read a genesis, by the ledger's name, with which its text begins.
var readers = map[string]func(text string) (Genesis, error){
	causal.Name:     func(text string) (Genesis, error) { return causal.ParseGenesis(text) },
	leader.Name:     func(text string) (Genesis, error) { return leader.ParseGenesis(text) },
	validators.Name: func(text string) (Genesis, error) { return validators.ParseGenesis(text) },
}

// ParseGenesis reads the text of a file. The error names the file.
func ParseGenesis(file, text string) (Genesis, error) {
	name := LedgerOf(text)
	read := readers[name]
	if read == nil {
		return nil, fmt.Errorf("%s: genesis: line 1 is %.80q, want the name of a ledger and a version, such as %q", file, firstLine(text), "leader 1")
	}
	g, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", file, strings.ReplaceAll(strings.TrimPrefix(err.Error(), name+": "), "\n"+name+": ", "\n"))
	}
	return g, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// LedgerOf is the name of the ledger that the text of a genesis begins with.
func LedgerOf(text string) string {
	name, _, _ := strings.Cut(firstLine(text), " ")
	return name
}
