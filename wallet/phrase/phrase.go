// Package phrase writes 32 secret bytes as 24 words, as BIP 39 does, so that people can write them down.
//
// The words are the bytes themselves and their check, not what BIP 39 derives from the words with a password: the
// seed of a wallet that has many accounts is to be read back from paper.
//
// Source: BIP 39 (Palatinus, Rusnak, Voisine, Bowe, 2013). Read next: package ledgers/lattice, seed.go.
package phrase

import (
	"errors"
	"fmt"
	"strings"

	bip39 "github.com/cosmos/go-bip39"
)

// Words is how many words 32 bytes have.
const Words = 24

// ErrPhrase reports a text that is no phrase of 24 words.
var ErrPhrase = errors.New("no seed phrase")

// Of is the phrase of a seed: words with one blank between them.
func Of(seed [32]byte) string {
	text, err := bip39.NewMnemonic(seed[:])
	if err != nil {
		panic("phrase: 32 bytes have a phrase: " + err.Error())
	}
	return text
}

// Parse reads a phrase, in any case, with blanks and line breaks between the words. The error wraps ErrPhrase and says
// which word is wrong; it names none that is right.
func Parse(text string) (seed [32]byte, err error) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) != Words {
		return seed, fmt.Errorf("%w: %d words, want %d", ErrPhrase, len(words), Words)
	}
	for i, w := range words {
		if _, ok := bip39.ReverseWordMap[w]; !ok {
			return seed, fmt.Errorf("%w: word %d, %.20q, is not in the list of BIP 39", ErrPhrase, i+1, w)
		}
	}
	all, err := bip39.MnemonicToByteArray(strings.Join(words, " "))
	if err != nil || len(all) != len(seed)+1 {
		return seed, fmt.Errorf("%w: its check is wrong: a word is another one, or stands elsewhere", ErrPhrase)
	}
	copy(seed[:], all)
	return seed, nil
}
