// Package watch grades layers whenever they are saved.
//
//	files --Source--> joined for 120 ms --digests--> layers that changed --grade--> Screen
//	                                                     ^                            |
//	keys ------------------------------------------------+      what changed since the last save
//
// The layers that were saved have their turn first, and of their checks the one that failed last. The whole
// stack is graded when all of its layers pass. A grade under way is dropped when what it grades is saved again.
// Contents that are as they were are not graded again. A grade begins with the first event already, and is begun
// again if the next ones change what it is about: what is shown is of contents that stayed for 120 ms.
//
// One goroutine does all but the grading; it has no clock but timers, so tests drive it in virtual time.
package watch
