package latticetest

import (
	"crypto/ed25519"

	"strata/ledgers"
	"strata/ledgers/lattice"
)

// purse makes the blocks of one account, one after another.
type purse struct {
	chain   ledgers.ChainID
	key     ed25519.PrivateKey
	account lattice.Account
	rep     lattice.Account
	head    lattice.Hash
	balance uint64
}

// purse is that of the n-th account of genesis.
func (d *desk) purse(n int) *purse { return purseOf(&d.genesis, d.reps[n], n) }

func purseOf(g *lattice.Genesis, key ed25519.PrivateKey, n int) *purse {
	open := g.Blocks()[n]
	chain := g.Chain()
	return &purse{chain: chain, key: key, account: open.Account, rep: open.Representative, head: open.Hash(chain), balance: open.Balance.Lo}
}

// newPurse is that of an account that is not open yet; it names the representative.
func newPurse(chain ledgers.ChainID, n int, rep lattice.Account) *purse {
	key := keyOf(100 + n)
	return &purse{chain: chain, key: key, account: accountOf(key), rep: rep}
}

// copy is the purse as it is now: what it makes forks off what the other makes.
func (p *purse) copy() *purse {
	other := *p
	return &other
}

// make is the account's next block.
func (p *purse) make(balance uint64, link [32]byte, threshold uint64) *lattice.Block {
	b := &lattice.Block{Account: p.account, Previous: p.head, Representative: p.rep, Balance: lattice.Raw(balance), Link: link}
	finish(b, p.chain, p.key, threshold)
	p.head, p.balance = b.Hash(p.chain), balance
	return b
}

// finish works for a block and signs it.
func finish(b *lattice.Block, chain ledgers.ChainID, key ed25519.PrivateKey, threshold uint64) {
	b.Work, _ = lattice.FindWork(b.Hash(chain), threshold, 0, 1<<20)
	b.Sign(chain, key)
}

// send sends an amount.
func (p *purse) send(to lattice.Account, amount uint64) *lattice.Block {
	return p.make(p.balance-amount, to, sendWork)
}

// receive receives an amount that a block has sent, or opens the account with it.
func (p *purse) receive(from *lattice.Block, amount uint64) *lattice.Block {
	return p.make(p.balance+amount, from.Hash(p.chain), receiveWork)
}

// change names another representative.
func (p *purse) change(rep lattice.Account) *lattice.Block {
	p.rep = rep
	return p.make(p.balance, [32]byte{}, sendWork)
}
