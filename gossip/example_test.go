package gossip_test

import (
	"fmt"

	"strata/gossip"
)

// A message on the wire is its id and then what it says.
func ExampleDecode() {
	wire := gossip.Encode(gossip.MessageID{15: 7}, []byte("hello"))
	fmt.Printf("%x\n", wire)

	id, payload, ok := gossip.Decode(wire)
	fmt.Printf("%v %s %v\n", id, payload, ok)

	_, _, ok = gossip.Decode([]byte("too short"))
	fmt.Println(ok)
	// Output:
	// 0000000000000000000000000000000768656c6c6f
	// 00000000000000000000000000000007 hello true
	// false
}
