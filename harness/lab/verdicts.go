package lab

import (
	"strata/mempool"
	"strata/node/offloop/signatures"
)

// Verdicts is the verifier of the runs of this process, all their nodes together: a signature that one
// of them has found right costs the others a hash. Only speed depends on what it remembers, so that a
// run stays a function of its seed.
var Verdicts mempool.Verifier = signatures.Remember(mempool.ZIP215{})
