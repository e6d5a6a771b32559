package p2p_test

import (
	"fmt"

	"strata/network"
	"strata/p2p"
)

// What a node answers that has no room, and what the dialler does with it.
func ExampleAnswer() {
	rejection := p2p.Answer{Peers: []network.Addr{"10.0.0.7:4000", "10.0.0.9:4000"}}
	wire := rejection.Encode()
	fmt.Printf("%q\n", wire)

	answer, err := p2p.DecodeAnswer(wire, 1000)
	fmt.Println(answer.Accepted, answer.Peers, err)
	// Output:
	// "\x0010.0.0.7:4000,10.0.0.9:4000"
	// false [10.0.0.7:4000 10.0.0.9:4000] <nil>
}

// Peer lists come from strangers: what is no address is skipped.
func ExampleSplitPeers() {
	fmt.Println(p2p.SplitPeers([]byte("10.0.0.7:4000,nonsense,:1,10.0.0.9:4000"), 1000))
	// Output: [10.0.0.7:4000 10.0.0.9:4000]
}
