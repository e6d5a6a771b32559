// Package electives names the implementation of the core, of every elective and of the practice layer in one
// value.
package electives

import (
	"strata/chain"
	"strata/ledgers/agreement"
	"strata/ledgers/causal"
	"strata/ledgers/lattice"
	"strata/ledgers/leader"
	"strata/ledgers/validators"
	"strata/messaging/echo"
)

// Stack is a stack of the core, and what else is graded on it.
type Stack struct {
	chain.Stack
	NewLog        leader.NewLog
	NewLeader     leader.New
	NewJudge      validators.NewJudge
	NewValidators validators.New
	NewLattice    lattice.New
	NewDocument   causal.NewDocument
	NewCausal     causal.New
	NewBank       causal.NewBank
	NewAgreement  agreement.New
	NewEcho       echo.New
}

// Leader is the stack of elective 7.
func (s Stack) Leader() leader.Stack {
	return leader.Stack{Stack: s.Stack.Stack.Stack, NewLog: s.NewLog, NewLeader: s.NewLeader}
}

// Validators is the stack of elective 8.
func (s Stack) Validators() validators.Stack {
	return validators.Stack{Stack: s.Stack.Stack.Stack, NewJudge: s.NewJudge, NewValidators: s.NewValidators}
}

// Lattice is the stack of elective 9.
func (s Stack) Lattice() lattice.Stack {
	return lattice.Stack{Stack: s.Stack.Stack.Stack, NewLattice: s.NewLattice}
}

// Causal is the stack of elective 10.
func (s Stack) Causal() causal.Stack {
	return causal.Stack{Stack: s.Stack.Stack.Stack, NewDocument: s.NewDocument, NewCausal: s.NewCausal, NewBank: s.NewBank, NewAgreement: s.NewAgreement}
}

// Echo is the stack of the practice layer.
func (s Stack) Echo() echo.Stack {
	return echo.Stack{Stack: s.Stack.Stack.Stack.Stack.Stack, NewEcho: s.NewEcho}
}
