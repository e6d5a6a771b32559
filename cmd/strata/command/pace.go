package command

import (
	"time"

	"strata/chain"
	"strata/node/miner"
)

// pace is how hard the demo's blocks are to find, and how hard each node tries.
type pace struct {
	difficulty int
	miner      miner.Config
}

// The demo mines in small bouts: one each bout's length, so that a block comes about once a
// second in all while most of the machine stays free.
const (
	bout     = 50 * time.Millisecond
	rounds   = float64(time.Second / bout) // bouts of one node in a second
	hashLoad = 0.1                         // share of one core's hashes that the demo may use
	haste    = 1.1                         // blocks a second aimed at: bouts start late on a busy machine
)

// measureHashRate is how many hashes of a block one core does in a second.
func measureHashRate() float64 {
	const within = 100 * time.Millisecond
	block := chain.Genesis()
	start := time.Now()
	for time.Since(start) < within {
		for range 100 {
			block.Nonce++
			block.Hash()
		}
	}
	return float64(block.Nonce) / time.Since(start).Seconds()
}

// calibrate chooses the highest difficulty that the machine can serve with a small share of one
// core's hashes a second, and the size of a bout such that the nodes together find a block a
// second. One hex digit makes a block 16 times rarer.
func calibrate(hashRate float64, nodes int) pace {
	p := pace{difficulty: 1}
	perBlock := 16.0 // hashes, on average
	for perBlock*16 <= hashRate*hashLoad {
		perBlock *= 16
		p.difficulty++
	}
	p.miner = miner.Config{
		Interval: bout,
		Batch:    max(1, int(haste*perBlock/rounds/float64(nodes)+0.5)),
	}
	return p
}
