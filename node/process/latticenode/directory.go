package latticenode

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/process/atomicfile"
	"strata/node/process/boltdisk"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
)

// The files of a node's directory.
const (
	FileGenesis = "genesis"      // the text that the chain id is the hash of
	FileKey     = "identity.key" // the node's own key, with which it votes
	FileStore   = "lattice.db"   // what the ledger keeps: package boltdisk
	FileToken   = "api.token"    // who has it may use the node's wallet
	FileAddress = "api.address"  // where the API of the running node is

	dirPlain = "disk" // what lattice.db was in version 1
)

// Directory is what a node is: of which chain, and who.
type Directory struct {
	Path    string
	Genesis lattice.Genesis
	Key     ed25519.PrivateKey
}

// Init makes the directory of a new node, which may vote. Errors: atomicfile.ErrExists if there is one; the faults of
// genesis; the system's.
func Init(path string, genesis lattice.Genesis, key ed25519.PrivateKey) error {
	return initFrom(path, genesis, key, nil)
}

// initFrom makes a directory whose ledger begins with a checkpoint that was checked, or with genesis if that is nil.
func initFrom(path string, genesis lattice.Genesis, key ed25519.PrivateKey, from *lattice.SignedCut) error {
	if err := genesis.Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	if names, err := os.ReadDir(path); err != nil {
		return err
	} else if len(names) > 0 {
		return fmt.Errorf("%s %w: a node's directory is made once", path, atomicfile.ErrExists)
	}
	if err := keyfile.Write(filepath.Join(path, FileKey), key); err != nil {
		return err
	}
	d := Directory{Path: path, Genesis: genesis, Key: key}
	if from != nil {
		err := d.onDisk(func(disk network.Disk, done func(error)) { lattice.WriteBase(disk, from.Cut, done) })
		if err != nil {
			return err
		}
	}
	if err := d.Found(); err != nil {
		return err
	}
	// Last: a directory without it is none, and says so.
	return atomicfile.Create(filepath.Join(path, FileGenesis), []byte(genesis.Text()))
}

// Found writes the founding record, from which on the node may vote: at first, or by the operator's word after the
// store was lost. Do not say so while an election goes on in which the lost store has made a final vote (LAT-6).
// Errors: ledgers.ErrForeign; tcphost.ErrInUse; the system's.
func (d Directory) Found() error {
	return d.onDisk(func(disk network.Disk, done func(error)) {
		ledgers.Found(disk, d.Genesis.Chain(), d.Public(), done)
	})
}

// onDisk does something with the store, that no node uses, and waits until done is called. Errors: what done is given;
// tcphost.ErrInUse; the system's.
func (d Directory) onDisk(do func(disk network.Disk, done func(error))) error {
	store, err := d.open()
	if err != nil {
		return err
	}
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	disk, err := store.Disk(loop.Do)
	if err == nil {
		done := make(chan error, 1)
		loop.Do(func() { do(disk, func(err error) { done <- err }) })
		err = <-done
	}
	loop.Close()
	return errors.Join(err, store.Close())
}

// open opens the store.
func (d Directory) open() (*boltdisk.Store, error) {
	s, err := boltdisk.Open(filepath.Join(d.Path, FileStore), filepath.Join(d.Path, dirPlain))
	if errors.Is(err, tcphost.ErrInUse) {
		return nil, fmt.Errorf("data directory %s is used by another node: %w", d.Path, tcphost.ErrInUse)
	}
	return s, err
}

// Open reads the directory of a node. Errors name the file and what there is to do: it is no such directory, its
// genesis or key cannot be read, its genesis is that of another ledger.
func Open(path string) (Directory, error) {
	d := Directory{Path: path}
	text, err := os.ReadFile(filepath.Join(path, FileGenesis))
	if errors.Is(err, fs.ErrNotExist) {
		return d, fmt.Errorf("%s is no directory of a lattice's node: it has no %s; `strata-lattice init` makes one", path, FileGenesis)
	}
	if err != nil {
		return d, err
	}
	if d.Genesis, err = ParseGenesis(filepath.Join(path, FileGenesis), string(text)); err != nil {
		return d, err
	}
	d.Key, err = keyfile.Read(filepath.Join(path, FileKey))
	if errors.Is(err, fs.ErrNotExist) {
		return d, fmt.Errorf("%s has a %s and no %s: the directories of nodes are in it, such as %s", path, FileGenesis, FileKey,
			filepath.Join(path, "0"))
	}
	if err != nil {
		return d, fmt.Errorf("the node's key: %w", err)
	}
	return d, nil
}

// ParseGenesis reads the text of a file. The error names the file.
func ParseGenesis(file, text string) (lattice.Genesis, error) {
	g, err := lattice.ParseGenesis(text)
	if err != nil {
		return g, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "lattice: "))
	}
	return g, nil
}

// Public is the node's key as others know it, and its name as a representative.
func (d Directory) Public() lattice.Account { return network.PublicKey(keyfile.Public(d.Key)) }

// SetAside moves the node's store away, so that it starts as one that has lost it: silent (LAT-6). It returns where the
// old one is now. Errors: tcphost.ErrInUse if the node runs; the system's.
func (d Directory) SetAside() (string, error) {
	store, err := d.open() // nobody else has it from here on
	if err != nil {
		return "", err
	}
	defer store.Close()
	file := filepath.Join(d.Path, FileStore)
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.%d", file, n)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return aside, os.Rename(file, aside)
		}
	}
}
