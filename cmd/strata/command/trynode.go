package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"strata/chain"
	"strata/node/process/daemon"
	"strata/node/process/keyfile"
	"strata/node/process/settings"
	"strata/wallet"
)

// tryDifficulty is what a laptop finds a block at in a few seconds.
const tryDifficulty = 6

// throwaway is what the keystore of a session costs to open: its key is worth nothing, and nobody sees its password.
var throwaway = wallet.KDF{Time: 1, MemoryKiB: 8 << 10, Threads: 1}

// tryNode runs a node of the user's own, and a shell that talks with it. Both are gone afterwards.
func (w World) tryNode(cmd *cobra.Command, f tryFlags, layer string, stack chain.Stack, log logFile) (err error) {
	dir, err := os.MkdirTemp("", "strata-try-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s := &shell{world: w, cmd: cmd, flags: &walletFlags{file: filepath.Join(dir, "try.wallet")}, out: w.Out}
	if s.key, err = keyfile.New(); err != nil {
		return err
	}
	k, err := wallet.Seal(s.key, []byte(dir), throwaway)
	if err != nil {
		return err
	}
	if err := wallet.Create(s.flags.file, k); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	up, ended := make(chan struct{}), make(chan error, 1)
	d := w.daemon(f.settings(filepath.Join(dir, "data"), layer, k.Public().String()))
	d.Config, d.Stack, d.Out, d.Log, d.Up = dir, stack, io.Discard, io.Discard, func() { close(up) }
	if file, ok := log.Closer.(io.Writer); ok {
		d.Log = file
	}
	go func() { ended <- d.Run(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-up:
	}
	if err := s.connect(d.Settings.Data); err != nil {
		return errors.Join(err, end(cancel, ended))
	}
	fmt.Fprintf(w.Out, "%s of %s at %s, difficulty %d; your address is %s\n`help` lists what you can say\n",
		layer, f.stack, f.listen.Addr, f.difficulty, k.Public())
	err = w.converse(ctx, s, ended)
	return errors.Join(err, end(cancel, ended))
}

// end ends the node, unless it has ended.
func end(cancel context.CancelFunc, ended <-chan error) error {
	cancel()
	return <-ended
}

// settings are those of the node.
func (f tryFlags) settings(data, layer, coinbase string) daemon.Settings {
	s := daemon.Defaults()
	s.Listen, s.Advertise, s.Bootstrap = f.listen, f.advertise, f.bootstrap
	s.Data, s.Stack, s.API, s.Difficulty = data, f.stack, "127.0.0.1:0", f.difficulty
	s.Mine, s.Coinbase, s.Alone = layer == "chain", coinbase, len(f.bootstrap) == 0
	s.Threads, s.LogFormat, s.LogLevel = 1, settings.Format{JSON: true}, settings.Level{Level: slog.LevelDebug}
	return s
}

// converse does what is typed, until the user quits or the node ends, with an error of its code.
func (w World) converse(ctx context.Context, s *shell, ended chan error) error {
	typed := w.typed(ctx)
	for {
		if w.onTerminal() {
			fmt.Fprint(w.Out, "> ")
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-ended:
			ended <- err // for whoever ends it
			return nil
		case line, more := <-typed:
			if !more {
				return nil
			}
			again, err := s.say(ctx, line)
			if err != nil && ctx.Err() == nil {
				fmt.Fprintln(w.Out, oneLine(err.Error()))
			}
			if !again {
				return nil
			}
		}
	}
}
