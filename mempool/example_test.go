package mempool_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"

	"strata/mempool"
)

func ExampleParseTransaction() {
	alice := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	bob := mempool.PublicKey(bytes.Repeat([]byte{2}, 32))

	text := mempool.Sign(alice, bob, 7, 250).Text() // as it travels
	tx, err := mempool.ParseTransaction(text)
	verifier := mempool.ZIP215{}
	fmt.Println(tx.Nonce, tx.Amount, err, verifier.Verify(tx))

	tx.Amount = 1_000_000 // Bob tries
	fmt.Println(verifier.Verify(tx))

	_, err = mempool.ParseTransaction(bytes.ReplaceAll(text, []byte(",7,"), []byte(",07,")))
	fmt.Println(err)
	// Output:
	// 7 250 <nil> <nil>
	// bad signature
	// malformed transaction: nonce: not a canonical decimal of 0 to 2^64-1
}
