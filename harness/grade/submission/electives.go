package submission

import (
	theircausal "strata/exercises/causal"
	theirecho "strata/exercises/echo"
	theirlattice "strata/exercises/lattice"
	theirleader "strata/exercises/leader"
	theirvalidators "strata/exercises/validators"
	"strata/ledgers/electives"
)

// Electives is the student's implementation of every layer and every elective. A guest that offers no elective is
// built without this file.
func Electives() electives.Stack {
	return electives.Stack{
		Stack: Stack(), NewEcho: theirecho.New,
		NewLog: theirleader.NewLog, NewLeader: theirleader.New,
		NewJudge: theirvalidators.NewJudge, NewValidators: theirvalidators.New, NewAgreement: theirvalidators.NewAgreement,
		NewLattice:  theirlattice.New,
		NewDocument: theircausal.NewDocument, NewCausal: theircausal.New, NewBank: theircausal.NewBank,
	}
}
