package validators

import "strata/ledgers/validators"

func (n *node) onProposal() bool {
	r := n.at(n.round)
	if n.step != validators.StepPropose || r.proposal == nil {
		return false
	}
	p := r.proposal
	block, known := n.judged(p.Hash)
	if !known {
		return false
	}
	free := n.locked.hash == p.Hash
	ok := block != nil
	if p.Valid == -1 {
		free = free || n.locked.round == validators.NoRound
		ok = ok && block.Round == n.round && n.isTimely(block)
	} else {
		if n.at(uint32(p.Valid)).power(n.set(), validators.Prevote, p.Hash) < n.quorum() {
			return false
		}
		free = free || n.locked.round <= p.Valid
	}
	n.step = validators.StepPrevote
	var hash validators.Hash
	if ok && free {
		hash = p.Hash
	}
	n.say(validators.Prevote, hash)
	return true
}

func (n *node) onPolka() bool {
	r := n.at(n.round)
	if r.polka || r.proposal == nil || n.step == validators.StepPropose {
		return false
	}
	hash := r.proposal.Hash
	block, _ := n.judged(hash)
	if block == nil || r.power(n.set(), validators.Prevote, hash) < n.quorum() {
		return false
	}
	r.polka = true
	n.valid = mark{round: int64(n.round), hash: hash}
	if n.step == validators.StepPrevote {
		n.locked = n.valid
		n.step = validators.StepPrecommit
		n.say(validators.Precommit, hash)
	}
	return true
}
