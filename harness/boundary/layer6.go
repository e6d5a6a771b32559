package boundary

import (
	"fmt"

	"strata/chain"
	"strata/mempool"
)

// state is one that the process works on.
type state struct{ *chain.State }

func (o state) serve(l *Link, method string, a arguments) (any, error) {
	switch method {
	case "accounts":
		var list []string
		for _, c := range o.All() {
			list = append(list, c.Key.String(), decimal(c.Account.Balance), decimal(c.Account.Nonce))
		}
		return list, nil
	case "account":
		account := o.Account(a.key(0))
		return []string{decimal(account.Balance), decimal(account.Nonce)}, nil
	case "set_account":
		o.SetAccount(a.key(0), chain.Account{Balance: a.number(1), Nonce: a.number(2)})
		return nil, nil
	case "changed":
		a.unpackState(0, o.State)
		return nil, nil
	case "advance":
		o.Advance(a.number(0), a.hash(1))
		return nil, nil
	}
	return unknown(l, "state", method)
}

// state is what a method on a state begins with: the state's number and the block that it is after, and to who is compact all
// accounts.
func (l *Link) state(s *chain.State, others ...any) []any {
	if l.compact {
		return append([]any{l.export(state{s}), appendState(nil, s, s.All())}, others...)
	}
	return append([]any{l.export(state{s}), decimal(s.Number()), s.Hash().String()}, others...)
}

// pool is what a block is built from.
type pool struct{ chain.Pool }

func (o pool) serve(l *Link, method string, a arguments) (any, error) {
	switch method {
	case "transactions":
		return l.txs(o.Transactions()), nil
	case "evict":
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
	return e.link.call(nil, "execute", e.ref, args...)
}

func (e theirExecutor) Apply(s *chain.State, b chain.Sealed) error {
	from := len(e.link.objects)
	args := e.link.state(s, string(b.Text()))
	defer e.link.release(from, len(e.link.objects))
	if hash := b.Hash(); e.link.compact {
		args = append(args, hash[:])
	}
	return e.link.call(nil, "apply", e.ref, args...)
}

func (e theirExecutor) Build(s *chain.State, from chain.Pool, coinbase mempool.PublicKey) chain.Block {
	first := len(e.link.objects)
	args := e.link.state(s, e.link.layer(from, pool{from}), coinbase.String())
	defer e.link.release(first, len(e.link.objects))
	var text string
	e.link.ask(&text, "build", e.ref, args...)
	b, err := chain.ParseBlock([]byte(text))
	if err != nil {
		e.link.wrongText("a block", text, err)
	}
	return b
}

// wrongText ends the link: what the process returns is no text of that kind.
func (l *Link) wrongText(what, text string, err error) {
	l.fail(fmt.Errorf("%w: it returned %s as %s: %v", ErrProtocol, shown([]byte(text)), what, err))
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
