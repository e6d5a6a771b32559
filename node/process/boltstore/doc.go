// Package boltstore keeps a store.Store on disk, in one bbolt file: a copy-on-write B+ tree whose
// root is switched only after everything below it has reached the disk. That is what makes an
// Update atomic and durable (FRK-6).
//
//	store.Store      Get, Scan, Put, Delete                DATA/lock       one node at a time
//	     |                                                 DATA/strata.db  the store
//	   seal: checksum | value     tally: records, keys and checksums of each bucket
//	     |                          |
//	   bbolt: pages ------- file ---+
//
// bbolt notices a damaged root by a checksum, and nothing else. So there are two more lines of
// defence against a disk that gives back something else than was written to it:
//
//   - Each value is stored behind a CRC-32C over its bucket, key and value, which is checked at
//     each read. A read that meets damage makes its transaction fail with store.ErrCorrupt.
//   - What is not there has no checksum: a flipped bit in a page's header hides its records. Each
//     Update therefore leaves a tally of every bucket: how many records it has, and the sum of what their
//     keys and checksums add. Open walks all pages before bbolt sees them, checks that they make trees in order, that each page is used
//     once or free, and that the tallies are right. It reads keys and checksums, and skips what fills pages of
//     its own: the texts of full blocks, which their checksums guard when they are read.
//
// bbolt's list of the free pages is as long as they are many, and would be written by every Update. Close writes it. After
// a crash the file has none, and Open looks for the pages that nothing uses; that a page got lost is then not noticed,
// which loses room and no record.
//
// A write therefore needs the checksum of the record that it replaces. Put and Delete look it up; who knows that record
// says it by Replace.
//
// After Open, damage can still appear under a running node. A page that bbolt cannot make sense of
// then, or that is no longer there since the file was cut short, is reported as store.ErrCorrupt too,
// and so is every later use of the store.
//
// The format has version 3. A file of version 2 has tallies of checksums alone: the first Update brings them up to date.
// One of version 1, chain.db, has bare values: Open copies it to a new file, which takes its place when it is complete
// and on the disk. A newer version is refused.
//
// Simplifications: each Update waits for the disk, some milliseconds, on the caller's goroutine; package writebehind
// is for a loop that cannot. A CRC finds accidents, not malice. A bit that flips in memory before it is written is not
// found here, but by proof of work and replay.
//
// Source: github.com/etcd-io/bbolt, README, "Caveats & Limitations", and its internal/common/page.go
// for the pages. Read next: check.go, then package node/process/repair.
package boltstore
