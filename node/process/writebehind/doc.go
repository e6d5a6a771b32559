// Package writebehind lets a node's loop go on while the disk takes what it wrote.
//
//	loop:    Update, View ----> overlay: what is not on the disk yet -----> the store below: View
//	                               |
//	                               v  batches, in order
//	writer:                     the store below: Update, one commit for all that wait
//	                               |
//	                               v
//	others:  Wait, After        told once it is on the disk
//
// An Update of the disk's store ends when the disk has it, some milliseconds later, and a loop that waits so long
// answers nobody meanwhile. Here an Update ends as soon as its writes stand in the overlay; a goroutine commits them,
// in order, as many at once as have come together. As long as the disk keeps up, the loop's side looks up what each
// write replaces and puts the records in order, so that the goroutine does next to nothing but commit. A crash loses
// the last Updates, and never a part of one or one before another: the store is then as it was after one of them,
// which is all that FRK-6 asks of what nobody was told of. Whoever tells somebody of what the loop wrote waits for it
// first: the API answers, events and the log go by Wait and After.
//
// When the disk fails, nothing is kept from the failed commit on, every later Update fails, and those who wait are told
// so: the node ends, and what it had told of is there when it starts again.
//
// What waits is bounded. Who adds many blocks asks for Room away from the loop first; an Update that finds twice as
// much all the same waits for the disk.
//
// View and Update are for one goroutine, the loop. Others read the store below, which has what they may be told of.
//
// Source: for commits in groups, D. J. DeWitt et al., Implementation Techniques for Main Memory Database Systems
// (SIGMOD 1984), section 5.2. Read next: node/process/boltstore.
package writebehind
