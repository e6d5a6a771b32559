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
	case "advance":
		o.Advance(a.number(0), a.hash(1))
		return nil, nil
	}
	return unknown(l, "state", method)
}

// state is the call of a method on a state: its number and the block that it is after go along.
func (l *Link) state(s *chain.State) (ref int, number, hash string) {
	return l.export(state{s}), decimal(s.Number()), s.Hash().String()
}

// pool is what a block is built from.
type pool struct{ chain.Pool }

func (o pool) serve(l *Link, method string, a arguments) (any, error) {
	switch method {
	case "transactions":
		return texts(o.Transactions()), nil
	case "evict":
		o.Evict(a.ids(0)...)
		return nil, nil
	}
	return unknown(l, "pool", method)
}

// theirExecutor is a layer 6 of the process.
type theirExecutor struct {
	link *Link
	ref  int
}

func (e theirExecutor) Execute(s *chain.State, tx mempool.Transaction) error {
	defer e.link.release(len(e.link.objects))
	ref, number, hash := e.link.state(s)
	return e.link.call(nil, "execute", e.ref, ref, number, hash, string(tx.Text()))
}

func (e theirExecutor) Apply(s *chain.State, b chain.Sealed) error {
	defer e.link.release(len(e.link.objects))
	ref, number, hash := e.link.state(s)
	return e.link.call(nil, "apply", e.ref, ref, number, hash, string(b.Text()))
}

func (e theirExecutor) Build(s *chain.State, from chain.Pool, coinbase mempool.PublicKey) chain.Block {
	defer e.link.release(len(e.link.objects))
	ref, number, hash := e.link.state(s)
	var text string
	e.link.ask(&text, "build", e.ref, ref, number, hash, e.link.export(pool{from}), coinbase.String())
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

// release forgets all objects of this side beyond the first n, which were handed over for one call.
func (l *Link) release(n int) {
	if l.failed == nil {
		l.objects = l.objects[:n]
	}
}
