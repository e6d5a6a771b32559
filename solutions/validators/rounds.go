package validators

import (
	"slices"

	"strata/ledgers/validators"
	"strata/network"
)

// round is what was heard of one round of the height.
type round struct {
	proposal *word
	votes    map[validators.WordKind]map[network.PublicKey]*word

	polka  bool    // line 36 was done
	timing [3]bool // the timeout of that step runs, or is over
}

func newRound() *round {
	return &round{votes: map[validators.WordKind]map[network.PublicKey]*word{validators.Prevote: {}, validators.Precommit: {}}}
}

// find is what a validator said of that kind in the round; nil if it is not known.
func (r *round) find(kind validators.WordKind, key network.PublicKey) *word {
	if kind == validators.Proposal {
		if r.proposal != nil && r.proposal.Key == key {
			return r.proposal
		}
		return nil
	}
	return r.votes[kind][key]
}

// keep keeps a word.
func (r *round) keep(w *word) {
	if w.Kind == validators.Proposal {
		r.proposal = w
		return
	}
	r.votes[w.Kind][w.Key] = w
}

// forget drops what a validator said.
func (r *round) forget(key network.PublicKey) {
	if r.proposal != nil && r.proposal.Key == key {
		r.proposal = nil
	}
	delete(r.votes[validators.Prevote], key)
	delete(r.votes[validators.Precommit], key)
}

// silent says whether nothing is known of the round.
func (r *round) silent() bool {
	return r.proposal == nil && len(r.votes[validators.Prevote])+len(r.votes[validators.Precommit]) == 0
}

// spoke says whether anything of a validator is known of the round.
func (r *round) spoke(key network.PublicKey) bool {
	return r.find(validators.Proposal, key) != nil || r.votes[validators.Prevote][key] != nil || r.votes[validators.Precommit][key] != nil
}

// words are all of the round: the proposal, then the votes in the order of the set.
func (r *round) words(set validators.Set) (all []*word) {
	if r.proposal != nil {
		all = append(all, r.proposal)
	}
	for _, kind := range []validators.WordKind{validators.Prevote, validators.Precommit} {
		all = append(all, r.of(set, kind)...)
	}
	return all
}

// of are the votes of one kind, in the order of the set.
func (r *round) of(set validators.Set, kind validators.WordKind) (all []*word) {
	for _, v := range set {
		if w := r.votes[kind][v.Key]; w != nil {
			all = append(all, w)
		}
	}
	return all
}

// votesFor are the votes of one kind for a hash, in the order of the set.
func (r *round) votesFor(set validators.Set, kind validators.WordKind, hash validators.Hash) (all []*word) {
	for _, w := range r.of(set, kind) {
		if w.Hash == hash {
			all = append(all, w)
		}
	}
	return all
}

// bits has a bit for each validator of the set whose vote of that kind is known.
func (r *round) bits(set validators.Set, kind validators.WordKind) (b uint32) {
	for i, v := range set {
		if r.votes[kind][v.Key] != nil {
			b |= 1 << i
		}
	}
	return b
}

// power is that of the votes of one kind for a hash.
func (r *round) power(set validators.Set, kind validators.WordKind, hash validators.Hash) (power uint64) {
	for key, w := range r.votes[kind] {
		if w.Hash == hash {
			power += set.Power(key)
		}
	}
	return power
}

// any is the power of all votes of one kind, whatever for.
func (r *round) any(set validators.Set, kind validators.WordKind) (power uint64) {
	for key := range r.votes[kind] {
		power += set.Power(key)
	}
	return power
}

// chosen is the block for which a quorum has votes of one kind.
func (n *node) chosen(r *round, kind validators.WordKind) (hash validators.Hash, ok bool) {
	for _, w := range r.of(n.set(), kind) {
		if !w.Nil() && r.power(n.set(), kind, w.Hash) >= n.quorum() {
			return w.Hash, true
		}
	}
	return hash, false
}

// at is what was heard of a round, which may be nothing.
func (n *node) at(number uint32) *round {
	r := n.rounds[number]
	if r == nil {
		r = newRound()
		n.rounds[number] = r
	}
	return r
}

// pastRounds is how many rounds below the present one are kept in any case.
const pastRounds = 4

// laterRounds is how many rounds above the present one are kept of a validator (VAL-8).
const laterRounds = 2

// wants says whether words of a round can be used (VAL-8).
func (n *node) wants(number uint32) bool {
	if int64(number) >= int64(n.round)-pastRounds {
		return true
	}
	return slices.Contains(n.named(), int64(number))
}

// named are the rounds that are locked, valid, or proposed as valid.
func (n *node) named() []int64 {
	rounds := []int64{n.locked.round, n.valid.round}
	if r := n.rounds[n.round]; r != nil && r.proposal != nil {
		rounds = append(rounds, r.proposal.Valid)
	}
	return rounds
}

// prune drops the rounds that are not wanted, and of a validator all but its two highest later ones.
func (n *node) prune() {
	for number := range n.rounds {
		if !n.wants(number) {
			delete(n.rounds, number)
		}
	}
	n.pruneBlocks()
}

// bound drops of a validator's later rounds the lowest if it has spoken of too many, and says whether its word of this
// round is kept.
func (n *node) bound(key network.PublicKey, number uint32) bool {
	if number <= n.round {
		return true
	}
	var later []uint32
	for _, other := range n.numbers() {
		if other > n.round && other != number && n.rounds[other].spoke(key) {
			later = append(later, other)
		}
	}
	if len(later) < laterRounds {
		return true
	}
	if number < later[0] {
		return false
	}
	lowest := n.rounds[later[0]]
	if lowest.forget(key); lowest.silent() {
		delete(n.rounds, later[0]) // else rounds without words would pile up (VAL-8)
	}
	return true
}
