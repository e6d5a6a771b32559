package main

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/term"

	"strata/ledgers/lattice"
	"strata/node/process/latticenode"
	"strata/wallet"
)

// smallKDF is the cost of a password on a machine with 64 MiB.
var smallKDF = wallet.KDF{Time: 4, MemoryKiB: 16 << 10, Threads: 1}

// readWallet reads a keystore, and says how to make one if there is none.
func readWallet(file string) (wallet.Keystore, error) {
	k, err := wallet.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return k, fmt.Errorf("there is no wallet %s: `strata-lattice wallet new` makes one", file)
	}
	return k, err
}

// openWallet decrypts a seed.
func openWallet(file string, password []byte) (lattice.Seed, error) {
	k, err := readWallet(file)
	if err != nil {
		return lattice.Seed{}, err
	}
	key, err := k.Open(password)
	if err != nil {
		return lattice.Seed{}, fmt.Errorf("%s: %w: %w", file, latticenode.ErrPassword, err)
	}
	return lattice.Seed(key.Seed()), nil
}

// givenPassword is the password of a file or of the environment; nil: neither has one.
func (w world) givenPassword(file string) ([]byte, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--password-file: %w", err)
		}
		line, _, _ := bytes.Cut(text, []byte("\n"))
		return bytes.TrimSuffix(line, []byte("\r")), nil
	}
	if text := w.getenv("STRATA_PASSWORD"); text != "" {
		return []byte(text), nil
	}
	return nil, nil
}

// password is the one that was given, or that somebody types.
func (w world) password(v *walletFlags, prompt string) ([]byte, error) {
	text, err := w.givenPassword(v.passwordFile)
	if text != nil || err != nil {
		return text, err
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return nil, errors.New("there is no terminal to ask for a password: give --password-file, or set STRATA_PASSWORD")
	}
	fmt.Fprint(w.log, prompt+": ")
	defer fmt.Fprintln(w.log)
	return term.ReadPassword(int(os.Stdin.Fd()))
}

// leastPassword is the length of a new password, in characters.
const leastPassword = 8

// keep seals a seed in a new file.
func (w world) keep(v *walletFlags, seed lattice.Seed) error {
	if _, err := os.Lstat(v.file); err == nil {
		return fmt.Errorf("%s is there already; it is left as it is", v.file) // before a password is asked for
	}
	password, err := w.password(v, "New password, 8 characters or more")
	if err != nil {
		return err
	}
	if n := len([]rune(string(password))); n < leastPassword {
		return fmt.Errorf("the password has %d characters: want %d or more", n, leastPassword)
	}
	k, err := wallet.Seal(ed25519.NewKeyFromSeed(seed[:]), password, smallKDF)
	if err != nil {
		return err
	}
	return wallet.Create(v.file, k)
}
