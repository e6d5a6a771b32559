// Package blocks gives the transfers of elective 10 an order: members agree on cuts of the graph, one after the other,
// and every replica executes them (CAU-8).
//
//	deeds, in updates                 balances, locks, what became of each deed
//	     | Write                           ^ Executed
//	     v                                 |
//	replica (causal.Causal) --Heads, Cut--> Ledger --cut--> bank (causal.Bank)
//	                                       |  ^
//	                              Content  v  | Decided
//	                               agreement of the members (ledgers/agreement)
//
// The replica and the bank are what students write in elective 10, the agreement is what they wrote in elective 8. A
// replica that is no member checks certificates and executes the same blocks.
//
// # The content of a block
//
// A cut: its heads, as EncodeCut lays them out. Each is delivered, and all that the cut of the block before had stands
// among them or behind them.
//
// Read next: ledger.go.
package blocks
