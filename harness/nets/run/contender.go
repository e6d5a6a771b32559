package run

import (
	"encoding/binary"
	"fmt"

	"strata/harness/sim"
	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/network"
	"strata/scenario"
)

// contender is one of the five ledgers, as a network of one run has it.
type contender interface {
	// chain is the id of what its nodes are founded for.
	chain() ledgers.ChainID

	// payment is the n-th of a client, from 0 on: one unit to the next client.
	payment(client, n int) (op []byte, id ledgers.OpID)

	// node puts a node's ledger on its layers, without starting it.
	node(n *ledgerNode) ledgers.Ledger

	// bound says that a client is bound to its node, and can ask no other.
	bound() bool
}

// newContender makes the ledger that the experiment names. Error: the stack does not have it.
func newContender(r *ledgerRun) (contender, error) {
	stack, err := r.stack(0)
	if err != nil {
		return nil, err
	}
	var c contender
	missing := false
	switch r.Spec.Ledger.Kind {
	case "work":
		c, err = newWorkContender(r)
	case "leader":
		c, missing = newLeaderContender(r), stack.NewLeader == nil
	case "validators":
		c, missing = newValidatorsContender(r), stack.NewValidators == nil
	case "lattice":
		c, missing = newLatticeContender(r), stack.NewLattice == nil
	case "causal":
		c, missing = newCausalContender(r), stack.NewCausal == nil || stack.NewBank == nil || stack.NewAgreement == nil
	}
	if missing {
		return nil, fmt.Errorf("%w: %q has no %s", ErrNoStack, r.Spec.Network.Stack, r.Spec.Ledger.Kind)
	}
	return c, err
}

// roster is the members with the keys of their hosts.
func (r *ledgerRun) roster() (all []ledgers.Member) {
	for i := range r.members {
		addr := Addr(i)
		all = append(all, ledgers.Member{Key: sim.Identity(r.Seed, addr).Key(), Addr: addr})
	}
	return all
}

// payee is whom a client pays.
func (r *ledgerRun) payee(client int) network.PublicKey {
	return r.clientName((client + 1) % r.Spec.Ledger.Clients)
}

// leaderContender is elective 7. It has no accounts: a payment is a value that is set, of the length of one.
type leaderContender struct {
	run     *ledgerRun
	genesis leader.Genesis
}

func newLeaderContender(r *ledgerRun) *leaderContender {
	return &leaderContender{r, leader.Genesis{Members: r.roster()}}
}

func (c *leaderContender) chain() ledgers.ChainID { return c.genesis.Chain() }
func (c *leaderContender) bound() bool            { return false }

func (c *leaderContender) payment(client, n int) ([]byte, ledgers.OpID) {
	payee := c.run.payee(client)
	tx := &leader.Transaction{Number: uint64(n) + 1, Key: payee[:], Value: binary.BigEndian.AppendUint64(nil, 1)}
	tx.Sign(c.chain(), c.run.clientKey(client))
	return tx.Encode(), tx.ID(c.chain())
}

func (c *leaderContender) node(n *ledgerNode) ledgers.Ledger {
	g, peers := n.layers(c.genesis.Members, leader.Meshed...)
	return n.stack.NewLeader(n.host, g, peers, scenario.Complete(leader.Config{Genesis: c.genesis}))
}

// validatorsContender is elective 8. All members have the same stake.
type validatorsContender struct {
	run     *ledgerRun
	genesis validators.Genesis
}

// What members and clients begin with.
const (
	stake = 1_000_000_000
	purse = 1_000_000
)

func newValidatorsContender(r *ledgerRun) *validatorsContender {
	c := &validatorsContender{r, validators.Genesis{Params: validators.Defaults()}}
	for i, m := range r.roster() {
		account := r.clientName(r.Spec.Ledger.Clients + i)
		c.genesis.Founders = append(c.genesis.Founders, validators.Founder{Member: m, Account: account, Stake: stake})
	}
	for i := range r.Spec.Ledger.Clients {
		c.genesis.Holders = append(c.genesis.Holders, validators.Holder{Account: r.clientName(i), Balance: purse})
	}
	return c
}

func (c *validatorsContender) chain() ledgers.ChainID { return c.genesis.Chain() }
func (c *validatorsContender) bound() bool            { return false }

func (c *validatorsContender) payment(client, n int) ([]byte, ledgers.OpID) {
	tx := &validators.Transaction{Nonce: uint64(n) + 1, Fee: c.genesis.MinFee, Kind: validators.Transfer, To: c.run.payee(client), Amount: 1}
	tx.Sign(c.chain(), c.run.clientKey(client))
	return tx.Encode(), tx.ID(c.chain())
}

func (c *validatorsContender) node(n *ledgerNode) ledgers.Ledger {
	g, peers := n.layers(c.genesis.Roster())
	return n.stack.NewValidators(n.host, g, peers, scenario.Complete(validators.Config{Genesis: c.genesis}))
}

// latticeContender is elective 9. Each member is a representative with as much weight as any other. Nobody receives: a
// send is final by itself.
type latticeContender struct {
	run     *ledgerRun
	genesis lattice.Genesis
	heads   []*lattice.Block // of clients, the last one that was made
}

func newLatticeContender(r *ledgerRun) *latticeContender {
	const anyWork = 1 // proof of work would show nothing but the machine
	c := &latticeContender{run: r, genesis: lattice.Genesis{Least: lattice.Whole, Send: anyWork, Receive: anyWork}}
	open := func(account, representative lattice.Account, balance uint64) {
		c.genesis.Accounts = append(c.genesis.Accounts, lattice.Opening{Account: account, Balance: lattice.Raw(balance), Representative: representative})
	}
	members := r.roster()
	for i := range r.Spec.Ledger.Clients {
		open(r.clientName(i), members[i%len(members)].Key, purse)
	}
	for i, m := range members {
		open(r.clientName(r.Spec.Ledger.Clients+i), m.Key, stake)
	}
	c.heads = c.genesis.Blocks()
	return c
}

func (c *latticeContender) chain() ledgers.ChainID { return c.genesis.Chain() }
func (c *latticeContender) bound() bool            { return false }

// payment makes a client's next one: the plan asks for them in their order.
func (c *latticeContender) payment(client, n int) ([]byte, ledgers.OpID) {
	head := c.heads[client]
	b := &lattice.Block{Account: head.Account, Previous: head.Hash(c.chain()), Representative: head.Representative,
		Balance: lattice.Raw(purse - uint64(n) - 1), Link: c.run.payee(client)}
	for nonce := uint64(0); ; nonce++ {
		if work, ok := lattice.FindWork(b.Hash(c.chain()), c.genesis.Send, nonce, 1); ok {
			b.Work = work
			break
		}
	}
	b.Sign(c.chain(), c.run.clientKey(client))
	c.heads[client] = b
	return b.Encode(), ledgers.OpID(b.Hash(c.chain()))
}

func (c *latticeContender) node(n *ledgerNode) ledgers.Ledger {
	g, peers := n.layers(c.run.roster())
	return n.stack.NewLattice(n.host, g, peers, scenario.Complete(lattice.Config{Genesis: c.genesis}))
}
