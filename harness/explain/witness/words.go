package witness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/mempool/mempooltest"
)

// Paying says what a transaction does.
func Paying(tx mempool.Transaction) string {
	text := fmt.Sprintf("%s pays %s %d, nonce %d", mempooltest.NameOf(tx.Sender), mempooltest.NameOf(tx.Recipient),
		tx.Amount, tx.Nonce)
	if (mempool.ZIP215{}).Verify(tx) != nil {
		text += " (its signature is wrong)"
	}
	return text
}

// listed lists transactions, a line each.
func listed(txs []mempool.Transaction) string {
	if len(txs) == 0 {
		return " nothing"
	}
	var text strings.Builder
	for _, tx := range txs {
		text.WriteString("\n    " + Paying(tx))
	}
	return text.String()
}

// accounts says what accounts have.
func accounts(all []chain.Change) (texts []string) {
	for _, c := range all {
		texts = append(texts, fmt.Sprintf("%s has %d (nonce %d)", mempooltest.NameOf(c.Key), c.Account.Balance,
			c.Account.Nonce))
	}
	return texts
}

// words says where a call stands: after which block, and what the accounts have that it names.
func (p position) words() string {
	return fmt.Sprintf("after block %d, %.8s..: %s", p.number, p.hash,
		cmp.Or(strings.Join(accounts(p.accounts), ", "), "no accounts"))
}

// asksToBuild says what Build is asked for.
func asksToBuild(pool []mempool.Transaction, coinbase mempool.PublicKey) string {
	return fmt.Sprintf("Build for %s, from this pool, in this order:%s", mempooltest.NameOf(coinbase), listed(pool))
}

// outcome says what became of a call on s: the error, or the accounts that it changed.
func (p position) outcome(s *chain.State, err error) string {
	if err != nil {
		return "refused: " + reason(err)
	}
	var changed []chain.Change
	for _, c := range p.accounts {
		if a := s.Account(c.Key); a != c.Account {
			changed = append(changed, chain.Change{Key: c.Key, Account: a})
		}
	}
	changed = append(changed, p.foreign(s)...)
	text := "valid; no account changed"
	if len(changed) > 0 {
		text = "valid; then " + strings.Join(accounts(changed), ", ")
	}
	if s.Number() != p.number || s.Hash() != p.hash {
		text += fmt.Sprintf("; after block %d, %.8s..", s.Number(), s.Hash())
	}
	return text
}

// describe says what a block is, under params.
func describe(params chain.Params, b chain.Block, hash chain.BlockHash) string {
	text := fmt.Sprintf("block %d on %.8s.. for %s, its hash is %.8s..", b.Number, b.Parent,
		mempooltest.NameOf(b.Coinbase), hash)
	if !params.MeetsDifficulty(hash) {
		text += " (which does not meet the difficulty)"
	}
	return text + ", with" + listed(b.Transactions)
}

// built says what Build made.
func built(b chain.Block, o *chaintest.Offer) string {
	text := fmt.Sprintf("block %d on %.8s.. for %s, with%s", b.Number, b.Parent, mempooltest.NameOf(b.Coinbase),
		listed(b.Transactions))
	var gone []mempool.Transaction
	for _, tx := range o.Txs {
		if slices.Contains(o.Evicted, tx.ID()) {
			gone = append(gone, tx)
		}
	}
	if len(gone) > 0 {
		text += "\nevicted:" + listed(gone)
	}
	return text
}
