package wallet

import (
	"bytes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/chacha20poly1305"

	"strata/mempool"
)

// Names that the format fixes.
const (
	Format     = "strata-keystore/1"
	kdfName    = "argon2id"
	cipherName = "xchacha20poly1305"
)

const (
	saltSize       = 16
	ciphertextSize = ed25519.SeedSize + chacha20poly1305.Overhead
)

var (
	// ErrPassword reports a password that does not open the keystore, or a keystore that was
	// changed: the cipher cannot tell the two apart. Ask again.
	ErrPassword = errors.New("wrong password, or the keystore was changed")

	// ErrMalformed reports what is no keystore of this format. The file is of no use to us.
	ErrMalformed = errors.New("not a keystore")
)

// KDF is the cost of deriving a key from a password.
type KDF struct {
	Time      uint32 `json:"time"`       // passes, 1 to 10
	MemoryKiB uint32 `json:"memory_kib"` // KiB, 8,192 to 1,048,576
	Threads   uint8  `json:"threads"`    // lanes, 1 to 16
}

// DefaultKDF takes some 0.2 s and 64 MiB: RFC 9106, section 4, the second recommended option.
var DefaultKDF = KDF{Time: 3, MemoryKiB: 64 << 10, Threads: 4}

func (k KDF) check() error {
	if k.Time < 1 || k.Time > 10 || k.MemoryKiB < 8<<10 || k.MemoryKiB > 1<<20 || k.Threads < 1 || k.Threads > 16 {
		return fmt.Errorf("%w: kdf: time %d, memory_kib %d, threads %d: want 1 to 10, 8192 to 1048576 and 1 to 16",
			ErrMalformed, k.Time, k.MemoryKiB, k.Threads)
	}
	return nil
}

// Keystore is an encrypted private key. It is a value; only Seal and Parse make a usable one.
type Keystore struct {
	public     mempool.PublicKey
	kdf        KDF
	salt       [saltSize]byte
	nonce      [chacha20poly1305.NonceSizeX]byte
	ciphertext [ciphertextSize]byte
}

// Public is the public key, which names the account. It was not proved to be that of the private
// key until Open has succeeded.
func (k Keystore) Public() mempool.PublicKey { return k.public }

// Seal encrypts the key with the password at that cost. Error: ErrMalformed if the cost is out of bounds.
func Seal(key ed25519.PrivateKey, password []byte, kdf KDF) (Keystore, error) {
	k := Keystore{public: mempool.PublicKey(key.Public().(ed25519.PublicKey)), kdf: kdf}
	if err := kdf.check(); err != nil {
		return Keystore{}, err
	}
	rand.Read(k.salt[:]) // never fails (crypto/rand)
	rand.Read(k.nonce[:])
	sealed := k.cipher(password).Seal(nil, k.nonce[:], key.Seed(), k.additional())
	copy(k.ciphertext[:], sealed)
	return k, nil
}

// Open decrypts the key. Error: ErrPassword.
func (k Keystore) Open(password []byte) (ed25519.PrivateKey, error) {
	seed, err := k.cipher(password).Open(nil, k.nonce[:], k.ciphertext[:], k.additional())
	if err != nil {
		return nil, ErrPassword
	}
	key := ed25519.NewKeyFromSeed(seed)
	if mempool.PublicKey(key.Public().(ed25519.PublicKey)) != k.public {
		return nil, fmt.Errorf("%w: its public key is not that of its private key", ErrMalformed)
	}
	return key, nil
}

func (k Keystore) cipher(password []byte) cipher.AEAD {
	key := argon2.IDKey(password, k.salt[:], k.kdf.Time, k.kdf.MemoryKiB, k.kdf.Threads, chacha20poly1305.KeySize)
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic("wallet: the derived key has the wrong length") // IDKey returns what it is asked for
	}
	return aead
}

func (k Keystore) additional() []byte { return []byte(Format + ":" + k.public.String()) }

// document is the JSON object.
type document struct {
	Format string         `json:"format"`
	Public string         `json:"public"`
	KDF    kdfDocument    `json:"kdf"`
	Cipher cipherDocument `json:"cipher"`
}

type kdfDocument struct {
	Name string `json:"name"`
	KDF
	Salt string `json:"salt"`
}

type cipherDocument struct {
	Name       string `json:"name"`
	Nonce      string `json:"nonce"`
	Ciphertext string `json:"ciphertext"`
}

// Text is the file's content. The slice is the caller's.
func (k Keystore) Text() []byte {
	text, err := json.MarshalIndent(document{
		Format: Format,
		Public: k.public.String(),
		KDF:    kdfDocument{kdfName, k.kdf, hex.EncodeToString(k.salt[:])},
		Cipher: cipherDocument{cipherName, hex.EncodeToString(k.nonce[:]), hex.EncodeToString(k.ciphertext[:])},
	}, "", "  ")
	if err != nil {
		panic("wallet: strings and numbers do not encode") // they do
	}
	return append(text, '\n')
}

// Parse reads a file's content; it derives nothing, and so is cheap whatever the file says.
// Error: wraps ErrMalformed and says which field is wrong.
func Parse(text []byte) (Keystore, error) {
	var d document
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return Keystore{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Keystore{}, fmt.Errorf("%w: something follows the object", ErrMalformed)
	}
	for _, name := range []struct{ field, got, want string }{
		{"format", d.Format, Format}, {"kdf.name", d.KDF.Name, kdfName}, {"cipher.name", d.Cipher.Name, cipherName},
	} {
		if name.got != name.want {
			return Keystore{}, fmt.Errorf("%w: %s: %.40q, want %q", ErrMalformed, name.field, name.got, name.want)
		}
	}
	k := Keystore{kdf: d.KDF.KDF}
	if err := errors.Join(
		k.kdf.check(),
		decode("public", k.public[:], d.Public),
		decode("kdf.salt", k.salt[:], d.KDF.Salt),
		decode("cipher.nonce", k.nonce[:], d.Cipher.Nonce),
		decode("cipher.ciphertext", k.ciphertext[:], d.Cipher.Ciphertext),
	); err != nil {
		return Keystore{}, err
	}
	return k, nil
}

// decode reads exactly len(into) bytes of lower-case hex.
func decode(field string, into []byte, text string) error {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(into) || hex.EncodeToString(raw) != text {
		return fmt.Errorf("%w: %s: want %d lower-case hex digits", ErrMalformed, field, 2*len(into))
	}
	copy(into, raw)
	return nil
}
