package latticenode

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"strata/ledgers/lattice"
	"strata/node/process/atomicfile"
)

// APIOff is the address of an API that is not wanted.
const APIOff = "off"

// Service is a node with its API, wallet, faucet and webhook.
type Service struct {
	Stack  lattice.Stack
	Layers string // whose layers they are, for the line that says that it is up
	Config Config
	API    string // where it listens; APIOff: nowhere

	AnyPort bool // if that place is taken, any free port of this machine will do

	Open     func(password []byte) (lattice.Seed, error) // opens the wallet; nil: there is none
	Password []byte                                      // of the wallet, at the start; nil: it stays locked
	Faucet   lattice.Amount                              // nothing: there is none
	Every    time.Duration                               // between two gifts of the faucet; 0 means a day
	Webhook  string                                      // where payments are told; empty: nowhere

	Out io.Writer
}

// Run runs until ctx ends, or the ledger has stopped by itself. Errors: as Run's; that the API cannot listen; the
// keystore's.
func (s Service) Run(ctx context.Context) error {
	if err := s.check(); err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	if s.Config.Log != nil {
		log = slog.New(s.Config.Log)
	}
	node, err := Run(s.Stack, s.Config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var around sync.WaitGroup
	failed := make(chan error, 1)
	err = s.around(ctx, node, log, func(f func() error) {
		around.Go(func() {
			if err := f(); err != nil {
				failed <- err
			}
		})
	})
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-node.Broken():
		case err = <-failed:
		case <-node.Done():
			err = node.Err()
		}
	}
	cancel()
	around.Wait()
	stopped := node.Stop()
	if err == nil {
		err = stopped
	}
	return err
}

// check says what does not go together, before anything is started.
func (s Service) check() error {
	switch {
	case s.Open == nil && !s.Faucet.Zero():
		return errors.New("a faucet gives from the node's wallet: say with --wallet which")
	case s.Open == nil && s.Webhook != "":
		return errors.New("a webhook tells of payments to the node's wallet: say with --wallet which")
	case !s.Faucet.Zero() && s.Password == nil:
		return errors.New("a faucet needs its wallet open from the start: set the password")
	}
	return nil
}

// around starts what is around a node. start runs a function beside the others, until ctx ends.
func (s Service) around(ctx context.Context, node *Running, log *slog.Logger, start func(func() error)) error {
	purse := NewPurse(node, s.Open, log)
	if s.Password != nil {
		if err := purse.Unlock(ctx, s.Password); err != nil {
			return err
		}
	}
	payments, err := OpenPayments(node, purse)
	if err != nil {
		return err
	}
	start(func() error { purse.Receive(ctx); return nil })
	if s.Webhook != "" {
		hook := Webhook{URL: s.Webhook, Every: time.Second, Log: log}
		start(func() error { hook.Run(ctx, payments); return nil })
	}
	at := ""
	if s.API != APIOff {
		token, err := readToken(s.Config.Directory.Path)
		if err != nil {
			return err
		}
		api := &API{Node: node, Purse: purse, Payments: payments, Token: token}
		if !s.Faucet.Zero() {
			api.Faucet = &Faucet{Amount: s.Faucet, Every: s.Every, purse: purse}
			if s.Every == 0 {
				api.Faucet.Every = 24 * time.Hour
			}
		}
		if at, err = s.serve(ctx, api, start); err != nil {
			return err
		}
	}
	return s.tell(node, at)
}

// serve starts the API, and says where it is.
func (s Service) serve(ctx context.Context, api *API, start func(func() error)) (string, error) {
	l, err := net.Listen("tcp", s.API)
	if s.AnyPort && errors.Is(err, syscall.EADDRINUSE) {
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "", fmt.Errorf("api: cannot listen at %s: address in use; choose another with --api, or off", s.API)
	case err != nil:
		return "", fmt.Errorf("api: %w", err)
	}
	url := "http://" + l.Addr().String()
	file := filepath.Join(s.Config.Directory.Path, FileAddress)
	if err := atomicfile.Replace(file, []byte(url+"\n")); err != nil {
		return "", errors.Join(err, l.Close())
	}
	start(func() error {
		defer os.Remove(file)
		return api.Serve(ctx, l)
	})
	return url, nil
}

// tell prints that the node is up, and where its pages are.
func (s Service) tell(node *Running, at string) error {
	now, err := node.Status()
	if err != nil {
		return err
	}
	role := "it votes with " + now.Weight.String() + " raw"
	switch {
	case now.Silent:
		role = "it votes for nothing, since its store was not there from the beginning: --vote-again changes that"
	case now.Weight.Zero():
		role = "nobody names it as a representative"
	}
	fmt.Fprintf(s.Out, "strata: node %s is up: ledger %s, %d blocks cemented, layers of %s; %s\n", s.Config.Listen, lattice.Name,
		now.Digest.Position, s.Layers, role)
	if at != "" {
		fmt.Fprintf(s.Out, "strata: pages and API at %s/\n", at)
	}
	return nil
}

// APIOf is where the API of the node is that runs on a directory. Error: none runs there.
func APIOf(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, FileAddress))
	if err != nil {
		return "", fmt.Errorf("data directory %s: no node with an API runs on it", dir)
	}
	return strings.TrimSpace(string(text)), nil
}

// TokenOf is the token of the API of a node's directory. Errors: the system's.
func TokenOf(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, FileToken))
	return strings.TrimSpace(string(text)), err
}

// readToken is the token of a directory, which is made the first time.
func readToken(dir string) (string, error) {
	token, err := TokenOf(dir)
	if err == nil && token == "" {
		return "", fmt.Errorf("%s is empty: delete it, and the node makes another", filepath.Join(dir, FileToken))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return token, err
	}
	var random [16]byte
	rand.Read(random[:]) // never fails
	token = hex.EncodeToString(random[:])
	return token, atomicfile.Create(filepath.Join(dir, FileToken), []byte(token+"\n"))
}
