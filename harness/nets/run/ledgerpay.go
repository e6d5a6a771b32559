package run

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"strata/ledgers"
	"strata/network"
)

// payment is one that a client makes. All of them are known before the run: they are the same whatever becomes of them.
type payment struct {
	at     time.Duration // when the client first asks for it
	client int
	number int // of the client's, from 0 on
	home   int // the node that it asks first
	op     []byte
	id     ledgers.OpID
}

// clientKey is that of a client.
func (r *ledgerRun) clientKey(client int) ed25519.PrivateKey {
	secret := numbered(keyed(r.Seed, forClient), client)
	return ed25519.NewKeyFromSeed(secret[:])
}

// clientName is by what ledgers know a client.
func (r *ledgerRun) clientName(client int) network.PublicKey {
	return network.PublicKey(r.clientKey(client).Public().(ed25519.PublicKey))
}

// home is the node that a client asks first: one that has one face.
func (r *ledgerRun) home(client int) int {
	first := 0
	if r.Spec.Ledger.Trouble.Kind == "two-faced" {
		first = 1
	}
	return first + below(keyed(r.Seed, forPayment, uint64(client)), r.graph.Nodes-first)
}

// asks is the node that the client of a payment asks when it has asked so many in vain.
func (r *ledgerRun) asks(p *payment, attempt int) int {
	if r.contender.bound() {
		return p.home
	}
	first := 0
	if r.Spec.Ledger.Trouble.Kind == "two-faced" {
		first = 1
	}
	return first + (p.home-first+attempt)%(r.graph.Nodes-first)
}

// plan makes all payments: clients take turns, two at a time, at equal distances. So those who order payments have
// something to order.
func (r *ledgerRun) plan() {
	gap := float64(time.Second) / r.Spec.Ledger.Rate
	for i := range r.Spec.Payments() {
		client := i % r.Spec.Ledger.Clients
		p := payment{at: r.Spec.Run.Warmup.Duration + time.Duration(float64(i/2*2)*gap), client: client, number: i / r.Spec.Ledger.Clients, home: r.home(client)}
		p.op, p.id = r.contender.payment(p.client, p.number)
		r.byID[p.id] = i
		r.payments = append(r.payments, p)
	}
}

// pay has clients ask: one whose payment is not final where it has asked goes to the next node.
func (r *ledgerRun) pay() {
	end := r.Spec.Run.For.Duration + r.Spec.Run.Settle.Duration
	for i := range r.payments {
		p := &r.payments[i]
		for attempt, at := 0, p.at; at < end; attempt, at = attempt+1, at+r.Spec.Ledger.Retry.Duration {
			n := r.nodes[r.asks(p, attempt)]
			r.net.At(at, n.addr, func() { n.submit(i) })
		}
	}
}

// submit hands a payment to the node, unless it is final there.
func (n *ledgerNode) submit(i int) {
	p := &n.run.payments[i]
	if n.ledger == nil || n.finals[i] > 0 {
		return
	}
	switch _, err := n.ledger.Submit(p.op); {
	case err == nil:
	case errors.Is(err, ledgers.ErrFull), errors.Is(err, ledgers.ErrStale):
		n.turned++ // it is asked again, and elsewhere
	default:
		panic(fmt.Sprintf("node %d refuses payment %d: %v", n.index, i, err))
	}
}

// answered is when a client has its answer, and which node has given it; false if it has waited in vain.
func (r *ledgerRun) answered(i int) (after time.Duration, node int, ok bool) {
	p, retry := &r.payments[i], r.Spec.Ledger.Retry.Duration
	end := r.Spec.Run.For.Duration + r.Spec.Run.Settle.Duration
	for attempt, at := 0, p.at; at < end; attempt, at = attempt+1, at+retry {
		node = r.asks(p, attempt)
		final := max(at, r.nodes[node].finals[i])
		if r.nodes[node].finals[i] > 0 && final < at+retry && !(r.downs(node) && r.lasts(final)) {
			return final - p.at, node, true
		}
	}
	return 0, 0, false
}

// downs says whether a node crashes.
func (r *ledgerRun) downs(node int) bool {
	return r.Spec.Ledger.Trouble.Kind != "partition" && r.struck[node]
}
