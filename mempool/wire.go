package mempool

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"strconv"

	"strata/network"
)

const (
	// MinText is the length in bytes of the shortest text of a transaction, numbers of one digit.
	MinText = 4*ed25519.PublicKeySize + 2*ed25519.SignatureSize + 4 + 2

	// MaxText is the length in bytes of the longest one, numbers of 20 digits.
	MaxText = MinText - 2 + 2*maxDecimal
)

// AppendText appends the canonical text `sender,recipient,nonce,amount,signature` (CHN-1) to b
// and returns the longer slice.
func (tx Transaction) AppendText(b []byte) []byte {
	b = tx.appendSigned(b)
	b = append(b, ',')
	return hex.AppendEncode(b, tx.Signature[:])
}

func (tx Transaction) appendSigned(b []byte) []byte {
	b = hex.AppendEncode(b, tx.Sender[:])
	b = append(b, ',')
	b = hex.AppendEncode(b, tx.Recipient[:])
	b = append(b, ',')
	b = strconv.AppendUint(b, tx.Nonce, 10)
	b = append(b, ',')
	return strconv.AppendUint(b, tx.Amount, 10)
}

// Text is the canonical text. The slice is the caller's.
func (tx Transaction) Text() []byte { return tx.AppendText(make([]byte, 0, MaxText)) }

// SigningText is what the signature is over: the text without the signature.
func (tx Transaction) SigningText() []byte { return tx.appendSigned(make([]byte, 0, MaxText)) }

// ID is the SHA-256 of the text. It costs a hash: keep it where it is used often.
func (tx Transaction) ID() TxID {
	var text [MaxText]byte
	return network.Sum256(tx.AppendText(text[:0]))
}

// ParseTransaction reads a text that is canonical to the last byte (CHN-1). It keeps nothing of
// text. The signature is not checked. The error wraps ErrMalformed.
func ParseTransaction(text []byte) (Transaction, error) {
	if len(text) > MaxText {
		return Transaction{}, fmt.Errorf("%w: %d bytes, want at most %d", ErrMalformed, len(text), MaxText)
	}
	var tx Transaction
	f := NewFields(text, ',')
	f.Hex("sender", tx.Sender[:])
	f.Hex("recipient", tx.Recipient[:])
	tx.Nonce = f.Uint64("nonce")
	tx.Amount = f.Uint64("amount")
	f.Hex("signature", tx.Signature[:])
	if err := f.Err(); err != nil {
		return Transaction{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return tx, nil
}

// Sign makes the transaction that the owner of key sends. The key is a whole one of
// ed25519.PrivateKeySize bytes.
func Sign(key ed25519.PrivateKey, recipient PublicKey, nonce, amount uint64) Transaction {
	tx := Transaction{
		Sender:    PublicKey(key.Public().(ed25519.PublicKey)),
		Recipient: recipient,
		Nonce:     nonce,
		Amount:    amount,
	}
	tx.Signature = Signature(ed25519.Sign(key, tx.SigningText()))
	return tx
}
