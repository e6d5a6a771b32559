package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"strata/ledgers/lattice"
	"strata/node/guard"
	"strata/node/process/latticenode"
	"strata/node/process/settings"
	"strata/node/process/thrift"
	"strata/solutions"
)

// nodeFlags are the settings of a node.
type nodeFlags struct {
	data, api, wallet, passwordFile, faucet, webhook, checkpoint string
	listen                                                       settings.Address
	bootstrap                                                    settings.Addresses
	level                                                        settings.Level
	format                                                       settings.Format
	keep                                                         int
	every                                                        time.Duration
	again                                                        bool
}

func (n *nodeFlags) add(f *flag.FlagSet) {
	n.listen.Addr = "127.0.0.1:7176"
	f.StringVar(&n.data, "data", "", "the node's `DIR`, which init has made")
	f.Var(&n.listen, "listen", "where to listen for peers, and where they reach this node")
	f.Var(&n.bootstrap, "bootstrap", "a node to start from; may be repeated")
	f.StringVar(&n.api, "api", latticenode.DefaultAPI, "where the pages and the API listen; off: nowhere")
	f.StringVar(&n.wallet, "wallet", "", "keystore `FILE` of the node's own wallet")
	f.StringVar(&n.passwordFile, "password-file", "", "`FILE` with the wallet's password; without it or STRATA_PASSWORD the wallet stays locked")
	f.StringVar(&n.faucet, "faucet", "", "give so many `UNITS` from the wallet's first account to whoever asks")
	f.DurationVar(&n.every, "faucet-every", 24*time.Hour, "between two gifts to one account, or one place")
	f.StringVar(&n.webhook, "webhook", "", "`URL` that is told of payments")
	f.StringVar(&n.checkpoint, "checkpoint", "", "`FILE` with the weights that count until as much is cemented as it knows of")
	f.IntVar(&n.keep, "keep", 0, "blocks of each account to keep; older ones are pruned; 0 keeps all")
	f.BoolVar(&n.again, "vote-again", false, "vote with a store that was lost and is new: say so when no election is left from before")
	f.Var(&n.level, "log-level", "debug, info, warn or error")
	f.Var(&n.format, "log-format", "text or json")
}

func (w world) node(ctx context.Context, args []string) error {
	n := &nodeFlags{}
	f := w.flags("node")
	n.add(f)
	if err := w.parse(f, args, false); err != nil {
		return err
	}
	service, err := n.service(w)
	if err != nil {
		return err
	}
	small := thrift.Begin()
	defer small.Stop()
	return service.Run(ctx)
}

// service is the node that the flags describe.
func (n *nodeFlags) service(w world) (s latticenode.Service, err error) {
	if n.data == "" {
		return s, errors.New("say with --data which directory of `strata-lattice init` is the node's")
	}
	if n.keep < 0 {
		return s, fmt.Errorf("--keep is %d: want 0 for all, or 1 and more", n.keep)
	}
	d, err := latticenode.Open(n.data)
	if err != nil {
		return s, err
	}
	var from lattice.Checkpoint
	if n.checkpoint != "" {
		if from, err = d.ReadCheckpoint(n.checkpoint); err != nil {
			return s, err
		}
	}
	if n.again {
		if err := d.Found(); err != nil {
			return s, err
		}
	}
	s = latticenode.Service{
		Stack: solutions.Lattice(), Layers: "solutions", API: n.api, AnyPort: n.api == latticenode.DefaultAPI, Every: n.every, Webhook: n.webhook, Out: w.out,
		Config: latticenode.Config{
			Directory: d, Listen: n.listen.Addr, Bootstrap: n.bootstrap.Network(), Guard: &guard.Config{},
			Limits: lattice.Config{Keep: n.keep, Checkpoint: from}, Log: n.log(w),
		},
	}
	if n.faucet != "" {
		if s.Faucet, err = lattice.ParseUnits(n.faucet); err != nil {
			return s, fmt.Errorf("--faucet: %w", err)
		}
	}
	if n.wallet != "" {
		err = n.unlock(w, &s)
	}
	return s, err
}

// log is where records go.
func (n *nodeFlags) log(w world) slog.Handler {
	options := &slog.HandlerOptions{Level: n.level.Level}
	if n.format.JSON {
		return slog.NewJSONHandler(w.log, options)
	}
	return slog.NewTextHandler(w.log, options)
}

// unlock has the wallet opened by whoever has its password, now or later.
func (n *nodeFlags) unlock(w world, s *latticenode.Service) error {
	if _, err := readWallet(n.wallet); err != nil {
		return err
	}
	s.Open = func(password []byte) (lattice.Seed, error) {
		defer debug.FreeOSMemory() // what the key derivation took
		return openWallet(n.wallet, password)
	}
	password, err := w.givenPassword(n.passwordFile)
	s.Password = password
	return err
}

// nodeURL is where a node's API is: by its address, or its directory.
func nodeURL(url, data string) (string, error) {
	switch {
	case url != "" && data != "":
		return "", errors.New("--node and --data both say which node: one is enough")
	case url != "":
		if _, _, ok := strings.Cut(url, "://"); !ok {
			return "", fmt.Errorf("--node is %.80q: want http://HOST:PORT", url)
		}
		return strings.TrimRight(url, "/"), nil
	case data != "":
		return latticenode.APIOf(data)
	}
	return "", errors.New("say with --node http://HOST:PORT, or --data DIR, which node to ask")
}
