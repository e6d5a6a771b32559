package orders

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

// errSoon is what a check of the end says before.
var errSoon = errors.New("it is not the end yet")

// noted is gossip that notes which transaction came first.
type noted struct {
	gossip.Gossip
	first string
}

// Handle notes what comes before the handler sees it.
func (n *noted) Handle(kind messaging.Kind, h gossip.Handler) error {
	return n.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		n.note(payload)
		return h(from, payload)
	})
}

func (n *noted) note(tx []byte) {
	if n.first == "" {
		n.first = string(tx)
	}
}

// rivals are two payments with one sender and one nonce.
var rivals = func() (txs [2]mempool.Transaction) {
	from := key(1)
	for i := range txs {
		txs[i] = mempool.Sign(from, mempool.PublicKey(key(2).Public().(ed25519.PublicKey)), 0, uint64(i+1))
	}
	return txs
}()

func key(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), n))
}

// conflict: two nodes announce transactions that exclude each other.
func (s suite) conflict(w scenario.World) {
	for i := range 3 {
		var g *noted
		var pool mempool.Mempool
		addr := w.Addr(i)
		w.Node(addr, func(h network.Host) {
			g = &noted{Gossip: s.gossip(h, addr, before(w, i)...)}
			pool = s.stack.NewMempool(h, g, scenario.Complete(mempool.Config{Verifier: s.stack.Verifier}))
			scenario.Must(pool.Start(nil))
			scenario.Must(g.Start(nil))
		})
		if i < len(rivals) {
			w.At(ready, addr, "announces a transaction", func() {
				late := g.first != ""
				g.note(rivals[i].Text())
				err := pool.Announce(rivals[i])
				if late != (err != nil) || late && !oneOf(err, mempool.ErrConflict) {
					w.Fail("MEM-4", "expected the transaction to be refused with ErrConflict if the other one is there, got %v", err)
				}
			})
		}
		w.Show(addr, func() string { return fmt.Sprintf("%d transactions pooled", len(pool.Transactions())) })
		ends(w, addr, "MEM-4", func() []error {
			var texts []string
			for _, tx := range pool.Transactions() {
				texts = append(texts, string(tx.Text()))
			}
			return []error{is("the pool to be the first that was seen,", fmt.Sprint(texts),
				fmt.Sprint([]string{g.first}))}
		})
	}
}
