package boundary

import (
	"fmt"

	"strata/chain"
	"strata/mempool"
)

// state is one that the process works on.
type state struct{ *chain.State }

func (o state) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callAccounts:
		var list []string
		for _, c := range o.All() {
			list = append(list, c.Key.String(), decimal(c.Account.Balance), decimal(c.Account.Nonce))
		}
		return list, nil
	case callAccount:
		account := o.Account(a.key(0))
		return []string{decimal(account.Balance), decimal(account.Nonce)}, nil
	case callSetAccount:
		o.SetAccount(a.key(0), chain.Account{Balance: a.number(1), Nonce: a.number(2)})
		return nil, nil
	case callChanged:
		a.unpackState(0, o.State)
		return nil, nil
	case callAdvance:
		o.Advance(a.number(0), a.hash(1))
		return nil, nil
	}
	return unknown(l, "state", method)
}

// state is what a method on a state begins with: the state's number and the block that it is after, and to who is compact all
// accounts.
func (l *Link) state(s *chain.State, others ...any) []any {
	if l.compact {
		l.packed = appendState(l.packed[:0], s, s.All())
		return append([]any{l.export(state{s}), l.packed}, others...)
	}
	return append([]any{l.export(state{s}), decimal(s.Number()), s.Hash().String()}, others...)
}

// pool is what a block is built from.
type pool struct{ chain.Pool }

func (o pool) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callTransactions:
		return l.txs(o.Transactions()), nil
	case callEvict:
		o.Evict(a.ids(0)...)
		return nil, nil
	}
	return unknown(l, "pool", method)
}

// theirExecutor is a layer 6 of the process.
type theirExecutor struct{ far }

func (e theirExecutor) Execute(s *chain.State, tx mempool.Transaction) error {
	from := len(e.link.objects)
	args := e.link.state(s, e.link.tx(tx))
	defer e.link.release(from, len(e.link.objects))
	return e.link.call(nil, callExecute, e.ref, args...)
}

func (e theirExecutor) Apply(s *chain.State, b chain.Sealed) error {
	from := len(e.link.objects)
	var args []any
	if hash := b.Hash(); e.link.compact {
		args = e.link.state(s, b.Text(), hash[:])
	} else {
		args = e.link.state(s, string(b.Text()))
	}
	defer e.link.release(from, len(e.link.objects))
	return e.link.call(nil, callApply, e.ref, args...)
}

func (e theirExecutor) Build(s *chain.State, from chain.Pool, coinbase mempool.PublicKey) chain.Block {
	first := len(e.link.objects)
	args := e.link.state(s, e.link.layer(from, pool{from}), e.link.coinbase(coinbase))
	defer e.link.release(first, len(e.link.objects))
	return e.link.askBlock(e.ref, args)
}

// wrongText ends the link: what the process returns is no text of that kind.
func (l *Link) wrongText(what, text string, err error) {
	l.fail(fmt.Errorf("%w: it returned %s as %s: %v", ErrProtocol, shown([]byte(text)), what, err))
}

// decoded is what the process returned as bytes. It ends the link if they are nothing of that kind.
func decoded[T any](l *Link, what string, b []byte, decode func([]byte) (T, error)) T {
	v, err := decode(b)
	if err != nil {
		l.wrongText(what, string(b), err)
	}
	return v
}

// release forgets the objects from one number up to another, which were handed over for one call.
func (l *Link) release(from, to int) {
	switch {
	case l.failed != nil:
	case len(l.objects) == to:
		l.objects = l.objects[:from]
	default: // others were handed over in the meantime
		for i := from; i < to; i++ {
			l.objects[i] = gone{}
		}
	}
}
