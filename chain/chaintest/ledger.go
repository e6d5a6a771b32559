package chaintest

import (
	"fmt"
	"math/big"
	"slices"

	"strata/chain"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

// ledger is the oracle: the rules CHN-4 to CHN-8, word for word, with numbers that cannot
// overflow and no thought of speed. forged are the transactions that the suite itself signed
// wrongly.
type ledger struct {
	balance map[mempool.PublicKey]*big.Int
	nonce   map[mempool.PublicKey]uint64
	forged  map[mempool.Transaction]bool
}

// newLedger has no accounts.
func newLedger() *ledger {
	return &ledger{map[mempool.PublicKey]*big.Int{}, map[mempool.PublicKey]uint64{}, map[mempool.Transaction]bool{}}
}

// ledgerOf copies a state into a ledger.
func ledgerOf(state *chain.State) *ledger {
	books := newLedger()
	for _, c := range state.Changes() {
		books.balance[c.Key] = new(big.Int).SetUint64(c.Account.Balance)
		books.nonce[c.Key] = c.Account.Nonce
	}
	return books
}

// state is a state after genesis with the ledger's accounts.
func (l *ledger) state() *chain.State {
	state := chain.NewState()
	for key, balance := range l.balance {
		state.SetAccount(key, chain.Account{Balance: balance.Uint64(), Nonce: l.nonce[key]})
	}
	for key, nonce := range l.nonce {
		state.SetAccount(key, chain.Account{Balance: l.of(key).Uint64(), Nonce: nonce})
	}
	return state
}

// of is the balance of an account: nothing, if it was never paid.
func (l *ledger) of(key mempool.PublicKey) *big.Int {
	if l.balance[key] == nil {
		return new(big.Int)
	}
	return l.balance[key]
}

// copy is for trying something out.
func (l *ledger) copy() *ledger {
	other := newLedger()
	for key, balance := range l.balance {
		other.balance[key] = balance
	}
	for key, nonce := range l.nonce {
		other.nonce[key] = nonce
	}
	for tx := range l.forged {
		other.forged[tx] = true
	}
	return other
}

// broken are the rules that speak against the transaction: any of them may be reported.
func (l *ledger) broken(tx mempool.Transaction) (rules []error) {
	amount := new(big.Int).SetUint64(tx.Amount)
	if l.forged[tx] {
		rules = append(rules, chain.ErrBadSignature)
	}
	if l.nonce[tx.Sender] != tx.Nonce {
		rules = append(rules, chain.ErrBadNonce)
	}
	if l.of(tx.Sender).Cmp(amount) < 0 {
		rules = append(rules, chain.ErrBadBalance)
	}
	// Big integers cannot overflow: that is what makes the ledger an oracle for CHN-8.
	if tx.Sender != tx.Recipient && !amount.Add(amount, l.of(tx.Recipient)).IsUint64() {
		rules = append(rules, chain.ErrOverflow)
	}
	return rules
}

// pay executes one transaction, or returns what is broken and changes nothing.
func (l *ledger) pay(tx mempool.Transaction) []error {
	if rules := l.broken(tx); rules != nil {
		return rules
	}
	if tx.Sender != tx.Recipient {
		amount := new(big.Int).SetUint64(tx.Amount)
		l.balance[tx.Sender] = new(big.Int).Sub(l.of(tx.Sender), amount)
		l.balance[tx.Recipient] = new(big.Int).Add(l.of(tx.Recipient), amount)
	}
	l.nonce[tx.Sender]++
	return nil
}

// reward pays the coinbase.
func (l *ledger) reward(params chain.Params, coinbase mempool.PublicKey) []error {
	// Last of all, and it may not fit: then the whole block is invalid.
	sum := new(big.Int).Add(l.of(coinbase), new(big.Int).SetUint64(params.BlockReward))
	if !sum.IsUint64() {
		return []error{chain.ErrOverflow}
	}
	l.balance[coinbase] = sum
	return nil
}

// block executes the content of a block, or returns what its first fault breaks; l is then
// undefined.
func (l *ledger) block(params chain.Params, coinbase mempool.PublicKey, txs []mempool.Transaction) []error {
	if len(txs) > params.MaxTransactions {
		return []error{chain.ErrTooManyTransactions}
	}
	for _, tx := range txs {
		if rules := l.pay(tx); rules != nil {
			return rules
		}
	}
	return l.reward(params, coinbase)
}

// takes says whether a block with txs and then tx would be valid.
func (l *ledger) takes(p chain.Params, coinbase mempool.PublicKey, txs []mempool.Transaction,
	tx mempool.Transaction) bool {
	return l.copy().block(p, coinbase, append(slices.Clone(txs), tx)) == nil
}

// differs says where the state is not what the ledger says.
func (l *ledger) differs(state *chain.State) error {
	all := make(map[mempool.PublicKey]bool)
	for _, c := range state.Changes() {
		all[c.Key] = true
	}
	for key := range l.balance {
		all[key] = true
	}
	for n := range named {
		all[Account(n)] = true
	}
	for _, key := range sorted(all) {
		if got := state.Account(key); l.of(key).Cmp(new(big.Int).SetUint64(got.Balance)) != 0 ||
			l.nonce[key] != got.Nonce {
			return fmt.Errorf("expected account %s to have balance %v and nonce %d, got %d and %d",
				mempooltest.NameOf(key), l.of(key), l.nonce[key], got.Balance, got.Nonce)
		}
	}
	return nil
}
