package validators

import "strata/ledgers/validators"

func (n *node) onPrevotes() bool {
	r := n.at(n.round)
	if n.step != validators.StepPrevote {
		return false
	}
	var nothing validators.Hash
	if r.power(n.set(), validators.Prevote, nothing) >= n.quorum() {
		n.step = validators.StepPrecommit
		n.say(validators.Precommit, nothing)
		return true
	}
	if r.any(n.set(), validators.Prevote) < n.quorum() {
		return false
	}
	return n.schedule(validators.StepPrevote)
}

func (n *node) onPrecommits() bool {
	if n.at(n.round).any(n.set(), validators.Precommit) < n.quorum() {
		return false
	}
	return n.schedule(validators.StepPrecommit)
}

func (n *node) timeout(s validators.Step) {
	var nothing validators.Hash
	switch s {
	case validators.StepPropose:
		if n.step == s {
			n.step = validators.StepPrevote
			n.say(validators.Prevote, nothing)
		}
	case validators.StepPrevote:
		if n.step == s {
			n.step = validators.StepPrecommit
			n.say(validators.Precommit, nothing)
		}
	case validators.StepPrecommit:
		if n.round < validators.MaxRound {
			n.startRound(n.round + 1)
		}
	}
}

func (n *node) skip() bool {
	third := (n.set().Total() - 1) / 3
	var power uint64
	for _, s := range n.ahead() {
		power += s.power
		if power > third {
			n.startRound(s.round)
			return true
		}
	}
	return false
}

func (n *node) decide() bool {
	for _, number := range n.numbers() {
		hash, ok := n.chosen(n.rounds[number], validators.Precommit)
		if !ok {
			continue
		}
		block, _ := n.judged(hash)
		if block == nil {
			continue
		}
		words := n.rounds[number].votesFor(n.set(), validators.Precommit, hash)
		n.decided(&validators.Certified{Block: block, By: validators.Certify(n.set(), words)})
		return true
	}
	return false
}
