// Package blocktree holds every known block, chooses the tip among them and keeps both in a store:
// the fork choice of layer 6.
//
//	miner, gossip, fetch                                       genesis
//	        | block                                            /     \
//	        v        unknown parent                           1       1'  <- side branch
//	   +-- Tree ----------------> orphans                    / \       \
//	   |    | known parent           |  wanted              2   2'      2'
//	   |    v                        v                      |            x  <- invalid: so are
//	   |  connected <--------- fetch ancestors              3  <- tip    x     its descendants
//	   |    | higher than the tip
//	   |    v
//	   |  undo to the fork point, execute upwards,
//	   |  all on a fork of the state, all in one transaction of the store
//	   |    |
//	   +----+--> mempool (undone back, included out), watcher (miner, demo)
//
// What it promises:
//
//	FRK-1  the tip is the highest block that is executed and valid with all its ancestors; of equals
//	       the first. A branch is executed only when it would become the tip, and what turns out
//	       invalid is cut off before the tip moves.
//	FRK-2  invalid blocks, and what descends from them, are remembered (a bounded number, over
//	       restarts too) and not executed again.
//	FRK-3  only the one genesis ends an ancestry; numbers follow one another.
//	FRK-4  blocks without known parents wait, a bounded number of them; Wanted says what to ask for.
//	FRK-5  a reorganisation costs what it replaces: each block of the chain has its undo data in the
//	       store, and the accounts are changed one by one. Config.KeepUndo bounds how many have; a branch
//	       that would undo more is kept, and not followed: ErrTooDeep.
//	SYN-7  AddAll takes many blocks with one commit; an invalid one keeps those before it.
//	FRK-6  blocks, accounts, undo data and tip change in one transaction of the store, and the state
//	       in memory is taken back if the store fails. Open checks tip and accounts; what turns out to be
//	       broken later is reported as ErrCorrupt, never as an unknown block, and then nothing is added.
//
// Layout of the store: see records.go.
//
// Simplifications: the chain with the highest number wins, not that with the most work, since the
// difficulty never changes. Side branches are kept forever. The state is in memory whole. Bitcoin
// weighs work, prunes blocks too, and reads accounts (there: unspent outputs) through a cache.
//
// Source: S. Nakamoto, Bitcoin: A Peer-to-Peer Electronic Cash System, section 5; for undo data,
// Bitcoin Core's doc/files.md (rev*.dat). Read next: package node/fetch, which gets what is wanted.
package blocktree
