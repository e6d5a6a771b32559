package validators

func (n *node) sign(w *word, then func(*word)) {
	at := place{round: w.Round, kind: w.Kind}
	if old, ok := n.guard.signed[at]; ok {
		then(old)
		return
	}
	w.Sign(n.chain, n.host.Identity())
	n.guard.signed[at] = w
	for _, m := range []mark{{hash: w.Hash}, n.locked, n.valid} {
		if err := n.shelveBlock(m.hash); err != nil {
			n.fail(err)
			return
		}
	}
	if _, err := n.guard.shelf.Add(n.signedRecord(w)); err != nil {
		n.fail(err)
		return
	}
	n.guard.shelf.Sync(func(err error) {
		if err == nil {
			then(w)
		} else {
			n.fail(err)
		}
	})
}
