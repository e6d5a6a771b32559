// Package bitcoin is the Bitcoin side of elective 10: a transfer, a lock that a secret opens until time does, and a
// ledger of the swap of CAU-10 made of that lock.
//
//	swap.Party    what to do next, from what two ledgers show
//	    |  View, Send
//	  Side        one lock on Bitcoin as one party sees it; what it sends is on its disk first
//	    |
//	  Wallet      picks coins, reckons fees, signs        Contract    the lock's script
//	    |  Height, History, Send
//	  Chain       Node asks a btcd; an Esplora server answers the same three requests
//
// The lock is a P2WSH output of this script:
//
//	OP_IF
//	    OP_SIZE 32 OP_EQUALVERIFY OP_SHA256 <hash> OP_EQUALVERIFY <recipient>
//	OP_ELSE
//	    <T-1> OP_CHECKLOCKTIMEVERIFY OP_DROP <who locked>
//	OP_ENDIF
//	OP_CHECKSIG
//
// The recipient spends it with `signature | secret | 1`, who locked it with `signature | nothing`. A transaction with lock
// time T-1 is allowed in block T and later: so a refund is, as CAU-10 has it.
//
// # What differs from elective 10's ledgers
//
//   - A secret opens the lock from T on as well, until a refund is in a block: a script can say "not before", and has no
//     words for "not after". So a redeem sent late races with the refund. Neither party sends one so late (swap.Plan.Next).
//   - The chain shows the hash of a script and not the script. Each party makes the script from the terms and looks for
//     just that. A lock that differs in anything is not seen at all.
//   - Each deed costs a fee. Who locks pays that of the lock beside the amount; redeem and refund pay theirs out of it.
//   - No block is final. One is taken for final under 1 to 3 others, itself counted.
//
// # Simplifications
//
//   - One fee rate, and a transaction whose fee turns out too low is not replaced.
//   - A key's coins are spent by one Side or Wallet at a time.
//   - A reorganization deeper than Confirmations is not undone.
//
// # Source
//
// BIP 65 (OP_CHECKLOCKTIMEVERIFY), BIP 141 and 143 (P2WSH and what its signatures cover), BIP 199 (hashed time locks),
// BIP 340 (keys of 32 bytes). M. Herlihy, "Atomic Cross-Chain Swaps", PODC 2018.
//
// Read next: chain.go, contract.go, side.go; ledgers/causal/swap.
package bitcoin
