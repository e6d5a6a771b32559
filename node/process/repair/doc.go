// Package repair makes a new store of the blocks that are whole in a damaged one.
//
//	damaged file ---- bytes ----> block texts ---- by hash ----> those that hang on genesis
//	  (pages, records, free            |  proof of work               |
//	   space: all the same)            v                              v  in ascending order
//	                               not whole: lost                 executed, in a new file
//	                                                                  |
//	  strata.db.damaged <--- the old file       strata.db <-----------+  at once
//
// It does not trust anything in the file but block texts, and needs nothing else: a text proves itself by
// its hash, which is part of the next block, and by the proof of work in that; all accounts follow from executing
// the chain again. So it looks through the bytes of the file, and finds blocks also where the tree
// above them is broken, and in free pages that nobody has written over yet.
//
// What is lost is a block whose own text is damaged in all its copies, and with it those above: they are
// whole, but what they do cannot be known without it. The node gets both from its peers. Memory
// goes by the number of blocks, about 200 bytes each.
//
// Simplifications: a store that is damaged a little is rebuilt whole. With a low difficulty, a damaged text
// can meet it by luck; it is then a block that nobody else has, valid or refused like all others.
//
// Read next: scan.go, then package boltstore, which tells that there is damage.
package repair
