package network_test

import (
	"fmt"

	"strata/network"
)

// A message on the wire is its length and then itself.
func ExampleAppendFrame() {
	b := network.AppendFrame(nil, []byte("hello"))
	b = network.AppendFrame(b, nil)
	fmt.Printf("%x\n", b)
	// Output: 0000000568656c6c6f00000000
}

// The length is checked before anything is allocated for it.
func ExamplePayloadSize() {
	cfg, _ := network.Config{}.Complete()
	size := network.PayloadSize([]byte{0xff, 0xff, 0xff, 0xff})
	fmt.Println(size, int64(size) > int64(cfg.MaxFrame))
	// Output: 4294967295 true
}
