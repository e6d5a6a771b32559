// Package theory says what must come out: the closed formulae that experiments are held against.
//
// Interval is the mean time between blocks, Delay what a block needs to everyone, x their ratio; q is a
// miner's share of the hash power and p = 1-q the share of all others.
//
//	forks        forks.go     stale blocks, growth of the chain, forks from a measured curve
//	attacks      attacks.go   double spend, catching up, selfish mining, partition, eclipse
//	propagation  spread.go    floods, rumours, random graphs
//
// Formulas names them all for experiment files, see Eval.
//
// Sources stand at each formula. The tables in testdata were computed independently of this code.
//
// Read next: eval.go, which reads the formulae of experiment files.
package theory
