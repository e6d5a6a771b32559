// Package keyfile keeps a private key in a file: Ed25519 as PEM (PKCS #8), as openssl writes it
// too, readable by its owner alone. There is no password on it; package wallet has keystores with one.
package keyfile

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"strata/mempool"
	"strata/node/process/atomicfile"
)

// pemType is the label of a private key in PKCS #8, as openssl writes it too.
const pemType = "PRIVATE KEY"

// New draws a private key from the system's randomness.
func New() (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

// Public is the key that others know the owner of key by.
func Public(key ed25519.PrivateKey) mempool.PublicKey {
	return mempool.PublicKey(key.Public().(ed25519.PublicKey))
}

// Write stores the key in a new file that its owner alone may read, whole or not at all. Errors:
// those of atomicfile.Create.
func Write(path string, key ed25519.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return atomicfile.Create(path, pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der}))
}

// Read reads a private key from its file.
func Read(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))) // a byte order mark is no part of it
	if block == nil || block.Type != pemType {
		return nil, fmt.Errorf("%s: not a key file: want a PEM block %q", path, pemType)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: a key of type %T: want Ed25519", path, parsed)
	}
	return key, nil
}

// ParsePublic reads a public key: 64 lower-case hex digits, or the name of a key file.
func ParsePublic(text string) (mempool.PublicKey, error) {
	if raw, err := hex.DecodeString(text); err == nil {
		key := mempool.PublicKey{}
		if len(raw) != len(key) {
			return key, fmt.Errorf("%q has %d hex digits: a public key has %d", text, len(text), 2*len(key))
		}
		copy(key[:], raw)
		if key.String() != text {
			return key, fmt.Errorf("%q: a public key is written in lower case", text)
		}
		return key, nil
	}
	private, err := Read(text)
	if errors.Is(err, fs.ErrNotExist) {
		return mempool.PublicKey{}, fmt.Errorf("%q is neither a public key in hex nor a key file", text)
	}
	if err != nil {
		return mempool.PublicKey{}, err
	}
	return Public(private), nil
}
