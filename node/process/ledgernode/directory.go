package ledgernode

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"strata/ledgers"
	"strata/network"
	"strata/node/process/atomicfile"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
)

// The files of a node's directory.
const (
	FileGenesis = "genesis"      // the text that the chain id is the hash of
	FileKey     = "identity.key" // the node's own key
	DirDisk     = "disk"         // what the ledger keeps: see the ledger's package
	FileFaucet  = "faucet.key"   // beside the directories: of the account that gives money away, if there is one
	FileAddress = "api.address"  // where the API of the running node is
)

// Directory is what a node is: of which chain, and who.
type Directory struct {
	Path    string
	Genesis Genesis
	Key     ed25519.PrivateKey
}

// Init makes the directory of a new node, a member or an observer. Errors: atomicfile.ErrExists if there is one;
// the faults of genesis; the system's.
func Init(path string, genesis Genesis, key ed25519.PrivateKey) error {
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
	if err := found(filepath.Join(path, DirDisk), genesis.Chain(), network.PublicKey(keyfile.Public(key))); err != nil {
		return err
	}
	// Last: a directory without it is none, and says so.
	return atomicfile.Create(filepath.Join(path, FileGenesis), []byte(genesis.Text()))
}

// found writes the founding record.
func found(path string, chain ledgers.ChainID, key network.PublicKey) error {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	host, err := loop.HostOf(tcphost.HostConfig{Directory: path})
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	loop.Do(func() { ledgers.Found(host.Disk(), chain, key, func(err error) { done <- err }) })
	return <-done
}

// Open reads the directory of a node. Errors name the file and what there is to do: it is no such directory, its
// genesis or key cannot be read.
func Open(path string) (Directory, error) {
	d := Directory{Path: path}
	text, err := os.ReadFile(filepath.Join(path, FileGenesis))
	if errors.Is(err, fs.ErrNotExist) {
		return d, fmt.Errorf("%s is no directory of a ledger's node: it has no %s; `strata init` makes one", path, FileGenesis)
	}
	if err != nil {
		return d, err
	}
	if d.Genesis, err = ParseGenesis(filepath.Join(path, FileGenesis), string(text)); err != nil {
		return d, err
	}
	d.Key, err = keyfile.Read(filepath.Join(path, FileKey))
	if errors.Is(err, fs.ErrNotExist) {
		return d, fmt.Errorf("%s is no directory of a ledger's node: it has a %s and no %s; those that `strata init` made are in it, such as %s",
			path, FileGenesis, FileKey, filepath.Join(path, "0"))
	}
	if err != nil {
		return d, fmt.Errorf("the node's key: %w", err)
	}
	return d, nil
}

// Of checks that the directory is that of a node of a ledger. Error: it is another's.
func (d Directory) Of(ledger string) error {
	if name := LedgerOf(d.Genesis.Text()); name != ledger {
		return fmt.Errorf("%s is the directory of a node of ledger %s, not %s", d.Path, name, ledger)
	}
	return nil
}

// Disk is the directory of what the ledger keeps.
func (d Directory) Disk() string { return filepath.Join(d.Path, DirDisk) }

// Public is the node's key as others know it.
func (d Directory) Public() network.PublicKey { return network.PublicKey(keyfile.Public(d.Key)) }

// Member is which member of genesis the node is; -1 for an observer.
func (d Directory) Member() int { return ledgers.IndexOf(d.Genesis.Roster(), d.Public()) }

// Address is by which address others know the node, and at which it listens: where it is told to, else at its address in
// genesis. Error: it observes, and is not told.
func (d Directory) Address(told network.Addr) (self, listen network.Addr, err error) {
	member := d.Member()
	switch {
	case member < 0 && told == "":
		return "", "", errors.New("the key of this node is no member's: it observes, and needs to be told where to listen, with --listen")
	case member < 0:
		return told, told, nil
	}
	self = d.Genesis.Roster()[member].Addr
	if told == "" {
		told = self
	}
	return self, told, nil
}

// SetAside moves the node's disk away, so that it starts as one that has lost it (LDR-11, VAL-6). It returns where
// the old one is now. Errors: tcphost.ErrInUse if the node runs; the system's.
func (d Directory) SetAside() (string, error) {
	disk := filepath.Join(d.Path, DirDisk)
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	if _, err := loop.HostOf(tcphost.HostConfig{Directory: disk}); err != nil { // nobody else has it from here on
		return "", err
	}
	entries, err := os.ReadDir(d.Path)
	if err != nil {
		return "", err
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.%d", DirDisk, n)
		if !slices.Contains(names, name) {
			aside := filepath.Join(d.Path, name)
			return aside, os.Rename(disk, aside)
		}
	}
}
