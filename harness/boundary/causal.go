package boundary

import (
	"encoding/binary"

	"strata/gossip"
	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/p2p"
)

// causalBelow is an elective 10 of this side.
type causalBelow struct{ causal.Causal }

func (o causalBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStart:
		if a.ref(0) == 0 {
			return nil, o.Start(nil)
		}
		return nil, o.Start(farCausalWatcher{far{l, a.ref(0)}})
	case callWrite:
		f := a.ref(1)
		o.Write(a.ops(0), func(id causal.ID, err error) { l.do(callRun, f, id.String(), l.failureOf(err)) })
		return nil, nil
	case callHeads:
		return hexIDs(o.Heads()), nil
	case callUpdate:
		if u := o.Update(causal.ID(a.hex32(0))); u != nil {
			return u.Encode(), nil
		}
		return nil, nil
	case callDocument:
		return l.export(documentBelow{o.Document()}), nil
	case callCut:
		cut, whole := o.Cut(a.idsOf(0), a.idsOf(1))
		l.do(callRun, a.ref(2), packCut(cut), whole)
		return nil, nil
	case callProofs:
		var ids []causal.ID
		for _, p := range o.Proofs() {
			ids = append(ids, p.One, p.Other)
		}
		return hexIDs(ids), nil
	case callSafe:
		o.Safe(l.synced(a.ref(0)))
		return nil, nil
	case callFailure:
		return nil, o.Failure()
	case callStop:
		o.Stop()
		return nil, nil
	}
	return unknown(l, "causal", method)
}

// newCausal makes an elective 10 as it is asked for.
func (f *factory) newCausal(a arguments) causal.Causal {
	s := a.settings(4)
	genesis, err := causal.ParseGenesis(s.text("genesis"))
	if err != nil {
		a.wrong(4, err.Error())
	}
	cfg, err := causal.Config{Genesis: genesis, Tell: s.duration("tell"), Interval: s.duration("interval")}.Complete()
	if err != nil {
		a.wrong(4, err.Error())
	}
	return f.layers.NewCausal(f.host(a), a.gossip(2), a.p2p(3), cfg)
}

// theirCausal is an elective 10 of the process.
type theirCausal struct{ far }

func newCausal(side Side, h network.Host, g gossip.Gossip, peers p2p.P2P, cfg causal.Config) causal.Causal {
	l := side.Link(h)
	return theirCausal{l.make(callNewCausal, l.host(h), l.seed(h), l.layer(g, gossipBelow{g}), l.layer(peers, p2pBelow{peers}),
		settings{{"genesis", cfg.Genesis.Text()}, {"tell", decimal(cfg.Tell)}, {"interval", decimal(cfg.Interval)}})}
}

func (o theirCausal) Start(w causal.Watcher) error {
	if w == nil {
		return o.link.call(nil, callStart, o.ref, 0)
	}
	return o.link.call(nil, callStart, o.ref, o.link.export(causalWatched{w}))
}

func (o theirCausal) Write(ops []causal.Op, done func(causal.ID, error)) {
	o.link.do(callWrite, o.ref, causal.EncodeOps(ops), o.link.exportOnce(func(a arguments) { done(a.hex32(0), a.err(1)) }))
}

func (o theirCausal) Heads() []causal.ID { return o.askIDs(callHeads) }

func (o theirCausal) Update(id causal.ID) *causal.Update {
	var b []byte
	o.link.ask(&b, callUpdate, o.ref, id.String())
	if b == nil {
		return nil
	}
	return decoded(o.link, "an update", b, causal.DecodeUpdate)
}

func (o theirCausal) Document() causal.Document {
	f := far{link: o.link}
	o.link.ask(&f.ref, callDocument, o.ref)
	return theirDocument{f}
}

func (o theirCausal) Cut(heads, others []causal.ID) (cut []causal.Delivered, whole bool) {
	o.told(callCut, func(a arguments) { cut, whole = a.cut(0), read[bool](a, 1) }, hexIDs(heads), hexIDs(others))
	return cut, whole
}

func (o theirCausal) Proofs() (proofs []causal.Proof) {
	ids := o.askIDs(callProofs)
	for i := 0; i+1 < len(ids); i += 2 {
		proofs = append(proofs, causal.Proof{One: ids[i], Other: ids[i+1]})
	}
	return proofs
}

func (o theirCausal) Safe(done func(error)) { o.link.do(callSafe, o.ref, o.link.exportSynced(done)) }

func (o theirCausal) Failure() error { return o.link.call(nil, callFailure, o.ref) }

func (o theirCausal) Stop() { o.link.do(callStop, o.ref) }

// hexIDs are ids as they go over the boundary.
func hexIDs(ids []causal.ID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// idsOf reads them.
func (a arguments) idsOf(n int) (ids []causal.ID) {
	for _, id := range a.ids(n) {
		ids = append(ids, causal.ID(id))
	}
	return ids
}

// askIDs asks for some.
func (f far) askIDs(method method) (ids []causal.ID) {
	var list []string
	f.link.ask(&list, method, f.ref)
	for _, text := range list {
		ids = append(ids, causal.ID(f.link.key(text)))
	}
	return ids
}

// causalWatched is whoever watches an elective 10 of the process.
type causalWatched struct{ causal.Watcher }

func (o causalWatched) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callDelivered:
		u, err := causal.DecodeUpdate(a.bytes(1))
		if err != nil {
			a.wrong(1, err.Error())
		}
		o.Delivered(causal.ID(a.hex32(0)), u)
	case callEquivocated:
		o.Equivocated(causal.Proof{One: a.hex32(0), Other: a.hex32(1)})
	case callBlamed:
		o.Blamed(a.addr(0), a.err(1))
	default:
		return unknown(l, "watcher of a document", method)
	}
	return nil, nil
}

type farCausalWatcher struct{ far }

func (w farCausalWatcher) Delivered(id causal.ID, u *causal.Update) {
	w.link.do(callDelivered, w.ref, id.String(), u.Encode())
}

func (w farCausalWatcher) Equivocated(p causal.Proof) {
	w.link.do(callEquivocated, w.ref, p.One.String(), p.Other.String())
}

func (w farCausalWatcher) Blamed(from network.Addr, why error) {
	w.link.do(callBlamed, w.ref, from, w.link.failureOf(why))
}

// bankBelow is a bank of elective 10 of this side.
type bankBelow struct{ causal.Bank }

func (o bankBelow) serve(l *Link, method method, a arguments) (any, error) {
	if method != callExecute {
		return unknown(l, "bank", method)
	}
	s, err := causal.DecodeState(a.bytes(0))
	if err != nil {
		a.wrong(0, err.Error())
	}
	for _, out := range o.Execute(s, a.cut(1)) {
		l.do(callRun, a.ref(2), out.Op.Update.String(), int(out.Op.Index), out.By.String(), l.failureOf(out.Why))
	}
	return s.Encode(), nil
}

// theirBank is a bank of elective 10 of the process.
type theirBank struct{ far }

func newBank(side Side) causal.Bank { return theirBank{side.Link(nil).make(callNewBank)} }

func (o theirBank) Execute(s *causal.State, cut []causal.Delivered) (outcomes []causal.Outcome) {
	from := len(o.link.objects)
	each := o.link.export(function(func(a arguments) any {
		op := causal.ElementID{Update: a.hex32(0), Index: uint16(a.ref(1))}
		outcomes = append(outcomes, causal.Outcome{Op: op, By: a.hex32(2), Why: a.err(3)})
		return nil
	}))
	defer o.link.release(from, each)
	var b []byte
	o.link.ask(&b, callExecute, o.ref, s.Encode(), packCut(cut), each)
	*s = *decoded(o.link, "a state", b, causal.DecodeState)
	return outcomes
}

// packCut are updates of a cut, one after the other: id 32 | depth u64 | author 32 | operations.
func packCut(cut []causal.Delivered) (b []byte) {
	for _, u := range cut {
		b = binary.BigEndian.AppendUint64(append(b, u.ID[:]...), u.Depth)
		b = append(append(b, u.Author[:]...), causal.EncodeOps(u.Ops)...)
	}
	return b
}

// cut reads them.
func (a arguments) cut(n int) (cut []causal.Delivered) {
	err := unpack(a.bytes(n), func(d *ledgers.Decoder) {
		var u causal.Delivered
		d.Into(u.ID[:])
		u.Depth = d.Uint64()
		d.Into(u.Author[:])
		u.Ops = readOps(d)
		cut = append(cut, u)
	})
	if err != nil {
		a.wrong(n, err.Error())
	}
	return cut
}
