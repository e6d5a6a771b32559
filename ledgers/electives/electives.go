// Package electives names the implementation of the core and of every elective in one value.
package electives

import (
	"strata/chain"
	"strata/ledgers/leader"
)

// Stack is a stack of the core, and the electives on it.
type Stack struct {
	chain.Stack
	NewLog    leader.NewLog
	NewLeader leader.New
}

// Leader is the stack of elective 7.
func (s Stack) Leader() leader.Stack {
	return leader.Stack{Stack: s.Stack.Stack.Stack, NewLog: s.NewLog, NewLeader: s.NewLeader}
}
