package command

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"strata/mempool"
)

// pemType is the label of a private key in PKCS #8, as openssl writes it too.
const pemType = "PRIVATE KEY"

// newKey draws a private key from the system's randomness.
func newKey() (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

// publicKey is the key that others know the owner of key by.
func publicKey(key ed25519.PrivateKey) mempool.PublicKey {
	return mempool.PublicKey(key.Public().(ed25519.PublicKey))
}

// writeKey stores the key in a new file that its owner alone may read. A file that is there is
// left as it is, also when two processes write at once: the key gets its name only when it is
// whole and on disk.
func writeKey(path string, key ed25519.PrivateKey) (err error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if fault := (*fs.PathError)(nil); errors.As(err, &fault) {
		return fmt.Errorf("%s cannot be written: %w", path, fault.Err) // not the name of the temporary file
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	err = errors.Join(pem.Encode(temp, &pem.Block{Type: pemType, Bytes: der}), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	// A link, unlike a rename, does not replace a file.
	if err := os.Link(temp.Name(), path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s is there already; it is left as it is", path)
		}
		return err
	}
	return nil
}

// readKey reads a private key from its file.
func readKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
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

// parsePublicKey reads a public key: 64 lower-case hex digits, or the name of a key file.
func parsePublicKey(text string) (mempool.PublicKey, error) {
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
	private, err := readKey(text)
	if errors.Is(err, fs.ErrNotExist) {
		return mempool.PublicKey{}, fmt.Errorf("%q is neither a public key in hex nor a key file", text)
	}
	if err != nil {
		return mempool.PublicKey{}, err
	}
	return publicKey(private), nil
}
