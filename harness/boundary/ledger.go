package boundary

import (
	"encoding/hex"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// ledgerBelow is an elective of this side, as far as all of them are ledgers.
type ledgerBelow struct{ ledgers.Ledger }

func (o ledgerBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStart:
		return nil, o.Start(l.ledgerWatcher(a.ref(0)))
	case callSubmit:
		id, err := o.Submit(a.bytes(0))
		l.do(callRun, a.ref(1), id.String(), l.failureOf(err))
		return nil, nil
	case callStatus:
		s := o.Status(ledgers.OpID(a.hex32(0)))
		l.do(callRun, a.ref(1), int(s.State), decimal(s.Depth), l.failureOf(s.Why))
		return nil, nil
	case callDigest:
		d := o.Digest()
		return []string{decimal(d.Position), hex.EncodeToString(d.Hash[:])}, nil
	case callStop:
		o.Stop()
		return nil, nil
	}
	return unknown(l, "ledger", method)
}

// hex32 is a key, a hash or an id.
func (a arguments) hex32(n int) (b [32]byte) { a.hex(n, b[:]); return b }

// theirLedger is an elective of the process, as far as all of them are ledgers.
type theirLedger struct{ far }

func (o theirLedger) Start(w ledgers.Watcher) error {
	if w == nil {
		return o.link.call(nil, callStart, o.ref, 0)
	}
	return o.link.call(nil, callStart, o.ref, o.link.export(ledgerWatched{w}))
}

func (o theirLedger) Submit(op []byte) (id ledgers.OpID, err error) {
	o.told(callSubmit, func(a arguments) { id, err = a.hex32(0), a.err(1) }, op)
	return id, err
}

func (o theirLedger) Status(id ledgers.OpID) (s ledgers.Status) {
	o.told(callStatus, func(a arguments) {
		s = ledgers.Status{State: ledgers.State(a.ref(0)), Depth: a.number(1), Why: a.err(2)}
	}, id.String())
	return s
}

func (o theirLedger) Digest() (d ledgers.Digest) {
	var list []string
	if o.link.ask(&list, callDigest, o.ref); len(list) != 2 {
		o.link.wrongText("a digest", fmt.Sprint(list), errors.New("want a position and a hash"))
	}
	d.Position = o.link.number(list[0])
	d.Hash = o.link.key(list[1])
	return d
}

func (o theirLedger) Stop() { o.link.do(callStop, o.ref) }

// told calls a method that says what comes of it to a function, its last argument, before it returns.
func (f far) told(method method, tell func(arguments), args ...any) {
	said, from := false, len(f.link.objects)
	ref := f.link.export(function(func(a arguments) any { said = true; tell(a); return nil }))
	defer f.link.release(from, ref)
	f.link.do(method, f.ref, append(args, ref)...)
	if !said {
		f.link.fail(fmt.Errorf("%w: %s returned and did not say to its function what came of it", ErrProtocol, method))
	}
}

// ledgerWatched is whoever watches an elective of the process.
type ledgerWatched struct{ ledgers.Watcher }

func (o ledgerWatched) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callFinal:
		o.Final(ledgers.OpID(a.hex32(0)), ledgers.Digest{Position: a.number(1), Hash: a.hex32(2)})
	case callUndone:
		o.Undone(ledgers.OpID(a.hex32(0)))
	case callRefused:
		o.Refused(ledgers.OpID(a.hex32(0)), a.err(1))
	case callBlamed:
		o.Blamed(a.addr(0), a.err(1))
	default:
		return unknown(l, "watcher of a ledger", method)
	}
	return nil, nil
}

// ledgerWatcher is an object of the other side; nil for 0.
func (l *Link) ledgerWatcher(ref int) ledgers.Watcher {
	if ref == 0 {
		return nil
	}
	return farLedgerWatcher{far{l, ref}}
}

type farLedgerWatcher struct{ far }

func (w farLedgerWatcher) Final(id ledgers.OpID, at ledgers.Digest) {
	w.link.do(callFinal, w.ref, id.String(), decimal(at.Position), hex.EncodeToString(at.Hash[:]))
}

func (w farLedgerWatcher) Undone(id ledgers.OpID) { w.link.do(callUndone, w.ref, id.String()) }

func (w farLedgerWatcher) Refused(id ledgers.OpID, why error) {
	w.link.do(callRefused, w.ref, id.String(), w.link.failureOf(why))
}

func (w farLedgerWatcher) Blamed(from network.Addr, why error) {
	w.link.do(callBlamed, w.ref, from, w.link.failureOf(why))
}
