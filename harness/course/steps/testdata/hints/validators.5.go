package validators

import (
	"bytes"

	"strata/ledgers"
	"strata/ledgers/validators"
)

func (judge) Contradict(chain ledgers.ChainID, e *validators.Evidence) bool {
	a, b := *e.First, *e.Second
	if a.Kind != b.Kind || a.Height != b.Height || a.Round != b.Round || a.Key != b.Key {
		return false
	}
	if a.Hash == b.Hash && a.Valid == b.Valid {
		return false
	}
	return bytes.Compare(a.Encode(), b.Encode()) < 0 && a.Verify(chain) && b.Verify(chain)
}

func (judge) Slash(s *validators.State, p validators.Params, height uint64, e *validators.Evidence) bool {
	since := e.First.Height
	if since > height || height > since+p.Unbonding {
		return false
	}
	set := s.Set(since)
	i := set.Index(e.First.Key)
	if i == -1 {
		return false
	}
	account := set[i].Account
	r, ok := s.Registration(account)
	if !ok || r.Marked {
		return false
	}
	twentieth := func(amount uint64) uint64 { return (amount + 19) / 20 }
	s.SlashStake(account, since, height, p.Unbonding, twentieth)
	s.Mark(account)
	return true
}

func (n *node) compare(old, w *word) {
	if old.Hash == w.Hash && old.Valid == w.Valid {
		return
	}
	e := &validators.Evidence{First: old, Second: w}
	if bytes.Compare(w.Encode(), old.Encode()) < 0 {
		e = &validators.Evidence{First: w, Second: old}
	}
	if n.accuse(e) {
		n.spread(validators.KindEvidence, e.Encode())
	}
}
