package messaging_test

import (
	"fmt"

	"strata/messaging"
	"strata/network"
)

// The bytes of a request, in its frame.
func ExampleEncode() {
	b := messaging.Encode(messaging.TypeRequest, 1, "p2p:hello", []byte("127.0.0.1:11120"))
	fmt.Printf("%x\n", network.AppendFrame(nil, b))
	// Output: 0000001e01000000017032703a68656c6c6f003132372e302e302e313a3131313230
}

// A message from a peer is decoded before anybody believes it.
func ExampleDecode() {
	m, err := messaging.Decode([]byte("\x01\x00\x00\x00\x07echo\x00hello"))
	fmt.Println(m.Type == messaging.TypeRequest, m.ID, string(m.Kind), string(m.Payload), err)
	_, err = messaging.Decode([]byte("\x01\x00\x00\x00\x07echo"))
	fmt.Println(err)
	// Output:
	// true 7 echo hello <nil>
	// messaging: malformed message: no NUL after the kind
}
