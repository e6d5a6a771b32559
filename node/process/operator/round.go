package operator

import "strata/ledgers/validators"

// Round is how far the height is that is not decided yet.
type Round struct {
	Height     uint64 `json:"height"`
	Round      uint32 `json:"round"`
	State      string `json:"state"`    // see below
	Proposer   string `json:"proposer"` // the key of who proposes in this round
	Prevotes   uint64 `json:"prevotes"` // power of those heard, as the next
	Precommits uint64 `json:"precommits"`
	Quorum     uint64 `json:"quorum"`
}

// The states of a round.
const (
	RoundNobody   = "no_validator_set"
	RoundIdle     = "idle"                 // there is no work
	RoundWaits    = "waiting_for_proposal" // there is
	RoundCollects = "collecting_votes"
)

// Round is the present one.
func (o *Operator) Round() Round {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, set := o.facts.Standing, o.facts.Set
	r := Round{Height: s.Height + 1, Round: s.Round, State: RoundNobody}
	if len(set) == 0 {
		return r
	}
	n := uint64(len(set))
	r.Proposer = set[(s.Height%n+uint64(s.Round)%n)%n].Key.String()
	r.Quorum = set.Total() - (set.Total()-1)/3
	for _, h := range s.Heard {
		if h.Round == s.Round {
			r.Prevotes, r.Precommits = powerOf(set, h.Prevotes), powerOf(set, h.Precommits)
		}
	}
	switch {
	case s.Proposed || r.Prevotes+r.Precommits > 0:
		r.State = RoundCollects
	case o.facts.Waiting > 0 || s.Round > 0:
		r.State = RoundWaits
	default:
		r.State = RoundIdle
	}
	return r
}

// powerOf is the power of the validators with those bits.
func powerOf(set validators.Set, bits uint32) (power uint64) {
	for i, v := range set {
		if bits>>i&1 == 1 {
			power += v.Power
		}
	}
	return power
}
