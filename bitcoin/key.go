package bitcoin

import (
	"fmt"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/btcec/v2"
	"github.com/btcsuite/btcd/chaincfg/v2"
	"github.com/btcsuite/btcd/txscript/v2"

	"strata/network"
)

// Key signs. Its public key is the x coordinate of a point with an even y, 32 bytes as BIP 340 has it: so it fits where
// elective 10 names people.
type Key struct {
	private *btcec.PrivateKey
}

// NewKey makes a key of 32 random bytes. Error: ErrKey.
func NewKey(secret [32]byte) (Key, error) {
	var n btcec.ModNScalar
	if overflow := n.SetBytes(&secret); overflow != 0 || n.IsZero() {
		return Key{}, fmt.Errorf("%w: take 32 other random bytes", ErrKey)
	}
	k := btcec.PrivKeyFromScalar(&n)
	if k.PubKey().SerializeCompressed()[0] == oddY {
		k = btcec.PrivKeyFromScalar(n.Negate())
	}
	return Key{k}, nil
}

// What a point's 33 bytes begin with.
const (
	evenY = 2
	oddY  = 3
)

// Public is the public key.
func (k Key) Public() network.PublicKey {
	return network.PublicKey(k.private.PubKey().SerializeCompressed()[1:])
}

// point is a public key's 33 bytes in scripts.
func point(p network.PublicKey) []byte { return append([]byte{evenY}, p[:]...) }

// valid says whether a public key is one. Error: ErrKey.
func valid(p network.PublicKey) error {
	if _, err := btcec.ParsePubKey(point(p)); err != nil {
		return fmt.Errorf("%w: %x: take the one that the other party says", ErrKey, p[:])
	}
	return nil
}

// Address is where somebody is paid: P2WPKH.
func Address(p network.PublicKey, net *chaincfg.Params) address.Address {
	a, err := address.NewAddressWitnessPubKeyHash(address.Hash160(point(p)), net)
	if err != nil {
		panic("bitcoin: a hash of 20 bytes makes no address: " + err.Error())
	}
	return a
}

// payTo is the script of an address.
func payTo(a address.Address) []byte {
	script, err := txscript.PayToAddrScript(a)
	if err != nil {
		panic("bitcoin: an address has no script: " + err.Error())
	}
	return script
}

// home is the script that pays somebody.
func home(p network.PublicKey) []byte { return payTo(Address(p, &chaincfg.MainNetParams)) }
