// Package boltdisk is a node's disk in one file of bbolt: the files that a ledger appends to, as rows, and tables
// beside them for the process.
//
//	ledger --Append, Sync--> Disk --one transaction for all that waits--> lattice.db
//	                                                                       files/NAME: offset -> bytes
//	process --Put, All-------> Store ------------------------------------> tables/NAME: key -> value
//	                                                                       meta/version
//
// A sync is a transaction. All who ask while one is under way share the next. Renames, removals and cuts come with the
// founding of a disk and with its repair: they wait for a transaction of their own.
//
// Version 1 was a directory of plain files, package tcphost's. Open takes it over, whole or not at all.
//
// Read next: store.go, then disk.go.
package boltdisk
