package run

import (
	"crypto/sha256"
	"sync"

	"strata/network"
	"strata/node/peerstatus"
)

// signed is what nodes of a run have signed and nobody has checked yet. Each node asks each of its peers who it is, and each
// answer is signed for that one question: in a large network to check these is the most of what it takes to set up. A
// signature that was made here is right, whether it is computed again or not, so that nothing but speed depends on this.
type signed struct {
	parts [signedParts]signedPart
}

// signedPart is a part of them, with a lock of its own.
type signedPart struct {
	sync.Mutex
	made map[[sha256.Size]byte]struct{} // key, signature and message, digested
}

const (
	signedParts = 64
	mostSigned  = 1 << 15 // of one part: answers that were lost are forgotten then, with the others
)

func newSigned() *signed {
	s := &signed{}
	for i := range s.parts {
		s.parts[i].made = map[[sha256.Size]byte]struct{}{}
	}
	return s
}

// add notes a signature that a node has made.
func (s *signed) add(key network.PublicKey, message []byte, signature network.Signature) {
	digest := digestOf(key, message, signature)
	part := &s.parts[digest[0]%signedParts]
	part.Lock()
	defer part.Unlock()
	if len(part.made) == mostSigned {
		clear(part.made)
	}
	part.made[digest] = struct{}{}
}

// verify is peerstatus.Verify. Who has asked has the answer checked once.
func (s *signed) verify(key network.PublicKey, message []byte, signature network.Signature) bool {
	digest := digestOf(key, message, signature)
	part := &s.parts[digest[0]%signedParts]
	part.Lock()
	_, made := part.made[digest]
	delete(part.made, digest)
	part.Unlock()
	return made || peerstatus.Ed25519(key, message, signature)
}

// digestOf names one signature of one message.
func digestOf(key network.PublicKey, message []byte, signature network.Signature) [sha256.Size]byte {
	all := make([]byte, 0, 512) // a status is shorter
	return sha256.Sum256(append(append(append(all, key[:]...), signature[:]...), message...))
}
