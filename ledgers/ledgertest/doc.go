// Package ledgertest has what the suites of the ledgers set around a graded member: gossip and neighbours that say
// nothing by themselves and note what they are told, a disk that knows what a crash would leave, and somebody who signs.
// The suite's script plays all others.
package ledgertest
