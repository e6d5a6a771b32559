package peerstatus

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"strata/chain"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
)

// Kind is the kind of the request; the payload is a Nonce in hex, the reply the text of a Status.
const Kind messaging.Kind = "node:status"

// Nonce is drawn for each request, so that an answer cannot be one that was given before.
type Nonce [16]byte

// Status is what a node says of itself.
type Status struct {
	Key     network.PublicKey // names the node, under whatever address it is reached
	Self    network.Addr      // where it says that it is reached
	Params  chain.Params
	Genesis chain.BlockHash
	Height  uint64          // number of its tip
	Tip     chain.BlockHash // the tip's hash
}

// ErrMalformed reports a text that is no status, or that its key has not signed for this request.
var ErrMalformed = errors.New("malformed status")

// domain begins what is signed, so that no signature can be taken for one of another meaning.
const domain = "strata node:status 1\n"

// text is the status without its signature. The address has no comma (network.Addr.Validate).
func (s Status) text() string {
	return fmt.Sprintf("%v,%s,%d,%d,%d,%v,%d,%v",
		s.Key, s.Self, s.Params.Difficulty, s.Params.BlockReward, s.Params.MaxTransactions, s.Genesis, s.Height, s.Tip)
}

// signed is what is signed: the text, and the nonce, so that it cannot be said again later.
func signed(nonce Nonce, text []byte) []byte { return fmt.Appendf(nil, "%s%x,%s", domain, nonce, text) }

// Encode is the text of the status, signed for a request with the nonce.
func (s Status) Encode(id network.Identity, nonce Nonce) []byte {
	text := []byte(s.text())
	return fmt.Appendf(text, ",%x", id.Sign(signed(nonce, text)))
}

// Verify says whether the key has made the signature of the message. It is a pure function.
type Verify func(key network.PublicKey, message []byte, signature network.Signature) bool

// Ed25519 is the Verify that computes it.
func Ed25519(key network.PublicKey, message []byte, signature network.Signature) bool {
	return ed25519.Verify(key[:], message, signature[:])
}

// Decode reads the text of a status that was asked for with the nonce. The error wraps ErrMalformed.
func Decode(reply []byte, nonce Nonce, verify Verify) (Status, error) {
	var s Status
	var signature network.Signature
	f := mempool.NewFields(reply, ',')
	f.Hex("key", s.Key[:])
	s.Self = network.Addr(f.Next("self"))
	s.Params.Difficulty = small(f.Uint64("difficulty"))
	s.Params.BlockReward = f.Uint64("reward")
	s.Params.MaxTransactions = small(f.Uint64("transactions"))
	f.Hex("genesis", s.Genesis[:])
	s.Height = f.Uint64("height")
	f.Hex("tip", s.Tip[:])
	f.Hex("signature", signature[:])
	if err := errors.Join(f.Err(), s.Self.Validate()); err != nil {
		return Status{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	text := reply[:bytes.LastIndexByte(reply, ',')]
	if !verify(s.Key, signed(nonce, text), signature) {
		return Status{}, fmt.Errorf("%w: not signed by its key for this request", ErrMalformed)
	}
	return s, nil
}

// small is a number that fits everywhere; a larger one is of another chain in any case.
func small(n uint64) int { return int(min(n, 1<<31-1)) }

// Disagrees says in which of the constants two nodes differ; empty if they are of one chain.
func (s Status) Disagrees(other Status) string {
	var all []string
	differ := func(what, theirs, ours string) {
		if theirs != ours {
			all = append(all, fmt.Sprintf("%s %s instead of %s", what, theirs, ours))
		}
	}
	differ("difficulty", strconv.Itoa(s.Params.Difficulty), strconv.Itoa(other.Params.Difficulty))
	differ("block reward", strconv.FormatUint(s.Params.BlockReward, 10), strconv.FormatUint(other.Params.BlockReward, 10))
	differ("transactions a block", strconv.Itoa(s.Params.MaxTransactions), strconv.Itoa(other.Params.MaxTransactions))
	differ("genesis", s.Genesis.String(), other.Genesis.String())
	return strings.Join(all, ", ")
}
