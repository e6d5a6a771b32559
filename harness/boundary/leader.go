package boundary

import (
	"strata/gossip"
	"strata/ledgers/leader"
	"strata/network"
	"strata/p2p"
)

// leaderBelow is an elective 7 of this side.
type leaderBelow struct{ leader.Leader }

func (o leaderBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callRead:
		f := a.ref(2)
		o.Read(a.bytes(0), read[bool](a, 1), func(v leader.Value, err error) {
			l.do(callRun, f, v.Bytes, v.Found, decimal(v.At), l.failureOf(err))
		})
		return nil, nil
	case callStanding:
		s := o.Standing()
		return s.Encode(), nil
	case callFailure:
		return nil, o.Failure()
	}
	return ledgerBelow{o.Leader}.serve(l, method, a)
}

// theirLeader is an elective 7 of the process.
type theirLeader struct{ theirLedger }

func newLeader(side Side, h network.Host, g gossip.Gossip, peers p2p.P2P, cfg leader.Config) leader.Leader {
	l := side.Link(h)
	return theirLeader{theirLedger{l.make(callNewLeader, l.host(h), l.seed(h), l.layer(g, gossipBelow{g}), l.layer(peers, p2pBelow{peers}),
		settings{
			{"genesis", cfg.Genesis.Text()}, {"timeout", decimal(cfg.Timeout)}, {"max_timeout", decimal(cfg.MaxTimeout)},
			{"beat", decimal(cfg.Beat)}, {"gather", decimal(cfg.Gather)}, {"block_ops", cfg.BlockOps},
			{"fallback", decimal(cfg.Fallback)}, {"whole", cfg.Whole}, {"max_pool", cfg.MaxPool}, {"per_client", cfg.PerClient},
			{"snapshot", cfg.Snapshot},
		})}}
}

func (o theirLeader) Read(key []byte, latest bool, done func(leader.Value, error)) {
	o.link.do(callRead, o.ref, key, latest, o.link.exportOnce(func(a arguments) {
		v := leader.Value{Bytes: a.bytes(0), Found: read[bool](a, 1), At: a.number(2)}
		done(v, a.err(3))
	}))
}

func (o theirLeader) Standing() leader.Standing {
	var b []byte
	o.link.ask(&b, callStanding, o.ref)
	return *decoded(o.link, "a standing", b, leader.DecodeStanding)
}

func (o theirLeader) Failure() error { return o.link.call(nil, callFailure, o.ref) }

// newLeader makes an elective 7 as it is asked for.
func (f *factory) newLeader(a arguments) leader.Leader {
	s := a.settings(4)
	genesis, err := leader.ParseGenesis(s.text("genesis"))
	if err != nil {
		a.wrong(4, err.Error())
	}
	cfg, err := leader.Config{
		Genesis: genesis, Timeout: s.duration("timeout"), MaxTimeout: s.duration("max_timeout"), Beat: s.duration("beat"),
		Gather: s.duration("gather"), BlockOps: s.number("block_ops"), Fallback: s.duration("fallback"), Whole: s.flag("whole"),
		MaxPool: s.number("max_pool"), PerClient: s.number("per_client"), Snapshot: s.number("snapshot"),
	}.Complete()
	if err != nil {
		a.wrong(4, err.Error())
	}
	return f.layers.NewLeader(f.host(a), a.gossip(2), a.p2p(3), cfg)
}

// logBelow is a log of elective 7 of this side.
type logBelow struct{ leader.Log }

func (o logBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callRecover:
		each := a.ref(0)
		return nil, o.Recover(func(kind leader.RecordKind, body []byte) { l.do(callRun, each, int(kind), body) })
	case callAppend:
		o.Append(leader.RecordKind(a.ref(0)), a.bytes(1), l.synced(a.ref(2)))
		return nil, nil
	case callSize:
		return o.Size(), nil
	}
	return unknown(l, "log", method)
}

// theirLog is a log of elective 7 of the process.
type theirLog struct{ far }

func newLog(side Side, d network.Disk, file string) leader.Log {
	l := side.Link(nil)
	return theirLog{l.make(callNewLog, l.export(disk{d}), file)}
}

func (o theirLog) Recover(each func(leader.RecordKind, []byte)) error {
	from := len(o.link.objects)
	ref := o.link.export(function(func(a arguments) any { each(leader.RecordKind(a.ref(0)), a.bytes(1)); return nil }))
	defer o.link.release(from, ref)
	return o.link.call(nil, callRecover, o.ref, ref)
}

func (o theirLog) Append(kind leader.RecordKind, body []byte, done func(error)) {
	o.link.do(callAppend, o.ref, int(kind), body, o.link.exportSynced(done))
}

func (o theirLog) Size() int64 {
	var n int
	o.link.ask(&n, callSize, o.ref)
	return int64(n)
}
