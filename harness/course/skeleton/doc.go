// Package skeleton makes the exercises from the solutions.
//
//	solutions/gossip/gossip.go ──Generate──> exercises/gossip/gossip.go
//
// A solution marks what students write with a pair of comments, each on a line of its own:
//
//	//strata:begin gossip.2
//	...
//	//strata:end
//
// Inside a function the pair encloses the end of the body, or all of it: the statements become
// panic(network.NotWritten("gossip.2")), and what stands before them is given. Around whole
// top-level declarations it removes them, with their doc comments: helpers that students would
// make up themselves. One step may have several pairs. Everything else is copied: signatures,
// types and the doc comments, which are the text of the exercise. Imports that nothing needs any
// more go, the result is gofmt'd and its first line points to the chapter.
//
// A bare skeleton (Hard) has nothing of that: one file a layer, with the constructors, and the methods of
// the contract in the contract's words.
//
// A marker out of place is an error that says where it stands and what to do about it.
package skeleton
