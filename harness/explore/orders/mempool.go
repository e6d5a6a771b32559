package orders

import (
	"crypto/ed25519"
	"fmt"

	"strata/gossip"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
	"strata/scenario"
)

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

// note keeps the first transaction of all.
func (n *noted) note(tx []byte) {
	if n.first == "" {
		n.first = string(tx)
	}
}

// rivals are two payments with one sender and one nonce.
var rivals = func() (txs [2]mempool.Transaction) {
	from := Key(1)
	for i := range txs {
		txs[i] = mempool.Sign(from, mempool.PublicKey(Key(2).Public().(ed25519.PublicKey)), 0, uint64(i+1))
	}
	return txs
}()

// Key is the n-th private key.
func Key(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), n))
}

// conflict: two nodes announce transactions that exclude each other, and the third sees one of them
// first. Each pool has the one that it saw first, by whichever way, and refuses the other.
func (s suite) conflict(w scenario.World) {
	for i := range 3 {
		var heard *noted
		var pool mempool.Mempool
		addr := w.Addr(i)
		w.Node(addr, func(h network.Host) {
			heard = &noted{Gossip: s.gossip(h, addr, Before(w, i)...)}
			pool = s.stack.NewMempool(h, heard, scenario.Complete(mempool.Config{Verifier: s.stack.Verifier}))
			scenario.Must(pool.Start(nil))
			scenario.Must(heard.Start(nil))
		})
		if i < len(rivals) {
			w.At(Ready, addr, "announces a transaction", func() {
				// It is late if the other transaction came by gossip before this item of work.
				late := heard.first != ""
				heard.note(rivals[i].Text())
				err := pool.Announce(rivals[i])
				if late != (err != nil) || late && !oneOf(err, mempool.ErrConflict) {
					w.Fail(mempooltest.MEM4First,
						"expected ErrConflict exactly if the other transaction is there, got %v", err)
				}
			})
		}
		w.Show(addr, func() string { return fmt.Sprintf("%d transactions pooled", len(pool.Transactions())) })
		w.Ends(addr, mempooltest.MEM4First, func() error {
			var texts []string
			for _, tx := range pool.Transactions() {
				texts = append(texts, string(tx.Text()))
			}
			return At(addr, Is("the pool to be the first that was seen,", fmt.Sprint(texts),
				fmt.Sprint([]string{heard.first})))
		})
	}
}
