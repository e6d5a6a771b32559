// Package ledgernode is what a process has around one node of an elective's ledger, on TCP.
//
//	strata init --> directory: genesis, identity.key, disk/founded
//	                    |
//	strata node --ledger NAME                        page, /v1/...
//	                    |                               ^
//	     +--------------v-------------------------------|----+
//	     | host with the disk and the key: TLS 1.3           |
//	     | guard: strangers are limited, members are not     |
//	     | network, messaging, p2p, gossip --> ledger        |
//	     +---------------------------------------------------+
//
// A directory belongs to one chain and one key: Init writes it, and nothing else does. What the ledger keeps
// is in disk/. Whoever deletes that has a member that lost its disk: it starts all the same, promises nothing,
// and counts again once the others have begun a view without it (LDR-11), or its operator says from which height on it
// signs (VAL-6).
//
// A Ledger is a small value: what it is called and how it is built. Leader and Validators make them.
//
// # Simplifications
//
//   - The page and the API have no token: whoever reaches them may read what is final anyway, and may submit what
//     a client has signed. They listen on this machine alone unless a setting says otherwise.
//   - The guard knows those whom genesis names by key and address, and a validator that registered later by its key alone.
//   - The guard (node/guard) forgets bans with the process. Whom to dial, genesis says.
//
// Read next: ledger.go, directory.go, then running.go.
package ledgernode
