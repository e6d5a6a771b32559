package handles

import (
	"strata/ledgers"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Whoever listens above, as the layers below have it. Nil stays nil: nobody listens.

type networkHandler struct {
	inner func() network.Handler
}

func ofNetworkHandler(h network.Handler) network.Handler {
	if h == nil {
		return nil
	}
	return &networkHandler{func() network.Handler { return h }}
}

func (h *networkHandler) Connected(id network.ConnID, dialled network.Side) {
	h.inner().Connected(id, dialled)
}

func (h *networkHandler) Received(id network.ConnID, payload []byte) { h.inner().Received(id, payload) }

func (h *networkHandler) Disconnected(id network.ConnID, ended network.Side, reason error) {
	h.inner().Disconnected(id, ended, reason)
}

type connWatcher struct {
	inner func() messaging.Watcher
}

func ofConnWatcher(w messaging.Watcher) messaging.Watcher {
	if w == nil {
		return nil
	}
	return &connWatcher{func() messaging.Watcher { return w }}
}

func (w *connWatcher) Connected(id network.ConnID, dialled network.Side) {
	w.inner().Connected(id, dialled)
}

func (w *connWatcher) Disconnected(id network.ConnID, ended network.Side, reason error) {
	w.inner().Disconnected(id, ended, reason)
}

type peerWatcher struct {
	inner func() p2p.Watcher
}

func ofPeerWatcher(w p2p.Watcher) p2p.Watcher {
	if w == nil {
		return nil
	}
	return &peerWatcher{func() p2p.Watcher { return w }}
}

func (w *peerWatcher) PeerArrived(peer network.Addr) { w.inner().PeerArrived(peer) }

func (w *peerWatcher) PeerLost(peer network.Addr) { w.inner().PeerLost(peer) }

type poolWatcher struct {
	inner func() mempool.Watcher
}

func ofPoolWatcher(w mempool.Watcher) mempool.Watcher {
	if w == nil {
		return nil
	}
	return &poolWatcher{func() mempool.Watcher { return w }}
}

func (w *poolWatcher) TransactionPooled(tx mempool.Transaction) { w.inner().TransactionPooled(tx) }

func (w *poolWatcher) TransactionLeft(tx mempool.Transaction) { w.inner().TransactionLeft(tx) }

func (w *poolWatcher) TransactionRefused(from network.Addr, err error) {
	w.inner().TransactionRefused(from, err)
}

type ledgerWatcher struct {
	inner func() ledgers.Watcher
}

func ofLedgerWatcher(w ledgers.Watcher) ledgers.Watcher {
	if w == nil {
		return nil
	}
	return &ledgerWatcher{func() ledgers.Watcher { return w }}
}

func (w *ledgerWatcher) Final(id ledgers.OpID, at ledgers.Digest) { w.inner().Final(id, at) }

func (w *ledgerWatcher) Undone(id ledgers.OpID) { w.inner().Undone(id) }

func (w *ledgerWatcher) Refused(id ledgers.OpID, why error) { w.inner().Refused(id, why) }

func (w *ledgerWatcher) Blamed(from network.Addr, why error) { w.inner().Blamed(from, why) }

type causalWatcher struct {
	inner func() causal.Watcher
}

func ofCausalWatcher(w causal.Watcher) causal.Watcher {
	if w == nil {
		return nil
	}
	return &causalWatcher{func() causal.Watcher { return w }}
}

func (w *causalWatcher) Delivered(id causal.ID, u *causal.Update) { w.inner().Delivered(id, u) }

func (w *causalWatcher) Equivocated(p causal.Proof) { w.inner().Equivocated(p) }

func (w *causalWatcher) Blamed(from network.Addr, why error) { w.inner().Blamed(from, why) }

type application struct {
	inner func() agreement.Application
}

func ofApplication(app agreement.Application) agreement.Application {
	if app == nil {
		return nil
	}
	return &application{func() agreement.Application { return app }}
}

func (a *application) Content(parent agreement.Block) []byte { return a.inner().Content(parent) }

func (a *application) Check(parent, b agreement.Block) (known bool, err error) {
	return a.inner().Check(parent, b)
}

func (a *application) Leads(parent agreement.Block, round uint32) int {
	return a.inner().Leads(parent, round)
}

func (a *application) Trusts(member int) bool { return a.inner().Trusts(member) }

func (a *application) Keep(done func(error)) { a.inner().Keep(done) }

func (a *application) Decided(b agreement.Block) { a.inner().Decided(b) }

func (a *application) Blamed(from network.Addr, why error) { a.inner().Blamed(from, why) }
