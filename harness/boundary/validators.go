package boundary

import (
	"strata/gossip"
	"strata/ledgers/validators"
	"strata/network"
	"strata/p2p"
)

// validatorsBelow is an elective 8 of this side.
type validatorsBelow struct{ validators.Validators }

func (o validatorsBelow) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callStanding:
		s := o.Standing()
		return s.Encode(), nil
	case callTip:
		return appendTip(nil, o.Tip()), nil
	case callCertified:
		c, err := o.Certified(a.number(0))
		if c == nil || err != nil {
			return nil, err
		}
		return c.Encode(), nil
	case callHeaders:
		g, err := o.Headers(validators.HeadersAsked{After: a.number(0), To: a.number(1)})
		if g == nil || err != nil {
			return nil, err
		}
		return g.Encode(), nil
	case callWaiting:
		return o.Waiting(), nil
	case callFailure:
		return nil, o.Failure()
	}
	return ledgerBelow{o.Validators}.serve(l, method, a)
}

// newValidators makes an elective 8 as it is asked for.
func (f *factory) newValidators(a arguments) validators.Validators {
	s := a.settings(4)
	genesis, err := validators.ParseGenesis(s.text("genesis"))
	if err != nil {
		a.wrong(4, err.Error())
	}
	cfg, err := validators.Config{
		Genesis: genesis, TimeoutPropose: s.duration("timeout_propose"), TimeoutPrevote: s.duration("timeout_prevote"),
		TimeoutPrecommit: s.duration("timeout_precommit"), TimeoutMore: s.duration("timeout_more"),
		MaxTimeout: s.duration("max_timeout"), EmptyInterval: s.duration("empty_interval"), MaxPool: s.number("max_pool"),
		PerSender: s.number("per_sender"), SnapshotEvery: s.decimal("snapshot_every"), SnapshotBehind: s.decimal("snapshot_behind"),
		SignFrom: s.decimal("sign_from"),
	}.Complete()
	if err != nil {
		a.wrong(4, err.Error())
	}
	return f.layers.NewValidators(f.host(a), a.gossip(2), a.p2p(3), cfg)
}

// theirValidators is an elective 8 of the process.
type theirValidators struct{ theirLedger }

func newValidators(side Side, h network.Host, g gossip.Gossip, peers p2p.P2P, cfg validators.Config) validators.Validators {
	l := side.Link(h)
	return theirValidators{theirLedger{l.make(callNewValidators, l.host(h), l.seed(h), l.layer(g, gossipBelow{g}),
		l.layer(peers, p2pBelow{peers}), settings{
			{"genesis", cfg.Genesis.Text()},
			{"timeout_propose", decimal(cfg.TimeoutPropose)}, {"timeout_prevote", decimal(cfg.TimeoutPrevote)},
			{"timeout_precommit", decimal(cfg.TimeoutPrecommit)}, {"timeout_more", decimal(cfg.TimeoutMore)},
			{"max_timeout", decimal(cfg.MaxTimeout)}, {"empty_interval", decimal(cfg.EmptyInterval)}, {"max_pool", cfg.MaxPool},
			{"per_sender", cfg.PerSender}, {"snapshot_every", decimal(cfg.SnapshotEvery)},
			{"snapshot_behind", decimal(cfg.SnapshotBehind)}, {"sign_from", decimal(cfg.SignFrom)},
		})}}
}

func (o theirValidators) Standing() validators.Standing {
	var b []byte
	o.link.ask(&b, callStanding, o.ref)
	return *decoded(o.link, "a standing", b, validators.DecodeStanding)
}

func (o theirValidators) Tip() *validators.Tip {
	var b []byte
	o.link.ask(&b, callTip, o.ref)
	return decoded(o.link, "a tip", b, readTip)
}

func (o theirValidators) Certified(height uint64) (*validators.Certified, error) {
	var b []byte
	if err := o.link.call(&b, callCertified, o.ref, decimal(height)); b == nil || err != nil {
		return nil, err
	}
	return decoded(o.link, "a certified block", b, validators.DecodeCertified), nil
}

func (o theirValidators) Headers(asked validators.HeadersAsked) (*validators.HeadersGiven, error) {
	var b []byte
	if err := o.link.call(&b, callHeaders, o.ref, decimal(asked.After), decimal(asked.To)); b == nil || err != nil {
		return nil, err
	}
	return decoded(o.link, "headers", b, validators.DecodeHeadersGiven), nil
}

func (o theirValidators) Waiting() (n int) { o.link.ask(&n, callWaiting, o.ref); return n }

func (o theirValidators) Failure() error { return o.link.call(nil, callFailure, o.ref) }
