// Package mutants asks the question that no test suite asks of itself: would it notice? It holds a
// bank of wrong solutions, of the kind that students write, and of right ones that are written
// differently from ours, and grades each as a student's submission. The wrong ones have to fail, by
// the rule that they break; the right ones have to have every point.
//
// A solution of the bank is a text file: what it does, the step and the rule, and then the places of
// our solution that it changes:
//
//	The id is marked seen only after the handler has run.
//
//	step gossip.2
//	rule GSP-3
//
//	-- old gossip.go --
//	the exact lines of solutions/gossip/gossip.go, which occur once
//	-- new --
//	what stands there instead
//
// A section "-- file seen.go --" instead gives a whole file. Wrong solutions are in <layer>/, the right
// ones in alternatives/<layer>-<what>.txt, without step and rule.
//
// What is provided around the layers, from the block tree to the node, is mutated as well: stack/ has
// patches of chain/, which name the package and not the file, and the whole node is judged with them.
//
// Beside the bank, Operators makes small mechanical changes everywhere in our solutions. What survives
// is either a hole in the suites or equivalent.txt says why nobody can tell the difference.
package mutants
