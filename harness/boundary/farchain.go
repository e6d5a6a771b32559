package boundary

import (
	"encoding/hex"

	"strata/chain"
	"strata/mempool"
	"strata/network"
)

// farVerifier is whom the layers in a process ask about signatures.
type farVerifier struct {
	link *Link
	ref  int
}

func (v farVerifier) Verify(tx mempool.Transaction) error {
	return v.link.call(nil, callVerify, v.ref, v.link.tx(tx))
}

func (v farVerifier) VerifyBatch(txs []mempool.Transaction) []bool {
	right := make([]bool, len(txs))
	for i, tx := range txs {
		right[i] = v.Verify(tx) == nil
	}
	return right
}

// mempoolBelow is a layer 5 of this side.
type mempoolBelow struct{ mempool.Mempool }

func (o mempoolBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStart:
		if a.ref(0) == 0 {
			return nil, o.Start(nil)
		}
		return nil, o.Start(farPoolWatcher{l, a.ref(0)})
	case callAnnounce:
		return nil, o.Announce(a.transaction(0))
	case callAdd:
		return nil, o.Add(a.transaction(0))
	case callTransactions:
		return l.txs(o.Transactions()), nil
	case callEvict:
		o.Evict(a.ids(0)...)
		return nil, nil
	case callStop:
		o.Stop()
		return nil, nil
	}
	return unknown(l, "mempool", method)
}

// farPoolWatcher watches a pool from the other side.
type farPoolWatcher struct {
	link *Link
	ref  int
}

func (w farPoolWatcher) TransactionPooled(tx mempool.Transaction) {
	w.link.do(callTransactionPooled, w.ref, w.link.tx(tx))
}

func (w farPoolWatcher) TransactionLeft(tx mempool.Transaction) {
	w.link.do(callTransactionLeft, w.ref, w.link.tx(tx))
}

func (w farPoolWatcher) TransactionRefused(from network.Addr, err error) {
	w.link.do(callTransactionRefused, w.ref, from, w.link.failureOf(err))
}

// executorBelow is a layer 6 of this side.
type executorBelow struct{ chain.Executor }

func (o executorBelow) serve(l *Link, method method, a arguments) (any, error) {
	s, a := l.fetch(a)
	defer s.store()
	switch method {
	case callExecute:
		return nil, o.Execute(s.State, a.transaction(0))
	case callApply:
		b, err := a.sealed()
		if err != nil {
			a.wrong(0, err.Error())
		}
		return nil, o.Apply(s.State, b)
	case callBuild:
		return l.block(o.Build(s.State, a.pool(0), a.key(1))), nil
	}
	return unknown(l, "chain", method)
}

// sealed is a block, and its hash if it goes along.
func (a arguments) sealed() (chain.Sealed, error) {
	if a.link.compact {
		return chain.ParseSealed(a.bytes(0), chain.BlockHash(a.packed(1)))
	}
	text := []byte(a.text(0))
	return chain.ParseSealed(text, chain.HashOf(text))
}

// farState is a copy of a state of the other side.
type farState struct {
	*chain.State
	link   *Link
	ref    int
	number uint64
	hash   chain.BlockHash
}

// fetch copies the state that the first arguments name. The others are left.
func (l *Link) fetch(a arguments) (farState, arguments) {
	var base *chain.State
	n := 3
	if l.compact {
		base, n = l.last.state(a, 1), 2
	} else {
		base = chain.NewState()
		l.fetchAccounts(a.ref(0), base)
		base.Advance(a.number(1), a.hash(2))
	}
	s := farState{base.Fork(), l, a.ref(0), base.Number(), base.Hash()}
	return s, arguments{l, a.method, a.values[min(n, len(a.values)):]}
}

// fetchAccounts asks for all accounts of a state.
func (l *Link) fetchAccounts(ref int, base *chain.State) {
	var accounts []string
	l.ask(&accounts, callAccounts, ref)
	for ; len(accounts) >= 3; accounts = accounts[3:] {
		base.SetAccount(l.key(accounts[0]), chain.Account{Balance: l.number(accounts[1]), Nonce: l.number(accounts[2])})
	}
}

// store writes what was changed back.
func (s farState) store() {
	changes, moved := s.Changes(), s.Number() != s.number || s.Hash() != s.hash
	if s.link.compact {
		if moved || len(changes) > 0 {
			s.link.packed = appendState(s.link.packed[:0], s.State, changes)
			s.link.do(callChanged, s.ref, s.link.packed)
		}
		return
	}
	for _, c := range changes {
		s.link.do(callSetAccount, s.ref, c.Key.String(), decimal(c.Account.Balance), decimal(c.Account.Nonce))
	}
	if moved {
		s.link.do(callAdvance, s.ref, decimal(s.Number()), s.Hash().String())
	}
}

// key reads a key that the other side returned.
func (l *Link) key(text string) (k mempool.PublicKey) {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(k) {
		l.wrongText("a key", text, err)
	}
	return mempool.PublicKey(b)
}

// farPool is the pool that a block is built from.
type farPool struct {
	link *Link
	ref  int
}

func (p farPool) Transactions() []mempool.Transaction {
	return p.link.askTxs(p.ref)
}

func (p farPool) Evict(ids ...mempool.TxID) { p.link.do(callEvict, p.ref, idTexts(ids)) }
