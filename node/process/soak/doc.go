// Package soak kills a process that stores blocks, again and again, and looks at what is left: the
// second proof of FRK-6. It consists of a test.
//
//	parent                                     child, the same binary
//	  | ------------- starts ------------------> opens the store, adds blocks, reorganises
//	  | <----- "opened" and "stored" tips ------ one line each, once Add has returned
//	  | ------------- SIGKILL -----------------x at any instant, mostly within a commit
//	  |
//	  +-- opens the store itself: it is in order, its tip is no older than the last that was reported
//
// `make test` runs a few rounds, `make soak` hundreds. What a killed process wrote is not lost by the system: that the
// store waits for the disk is shown by node/simdisk and the tests of node/process/boltstore.
//
// Read next: package boltstore.
package soak
