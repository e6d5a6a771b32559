package simnet

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/chaincfg/v2"
	"github.com/btcsuite/btcd/rpcclient"

	"strata/bitcoin"
)

// Errors.
var (
	// ErrNoBtcd reports that there is no program to run.
	ErrNoBtcd = errors.New("there is no btcd")

	// ErrPortTaken reports that somebody else listens where btcd is to.
	ErrPortTaken = errors.New("the port is taken")

	// ErrEnded reports that btcd has ended, or did not begin.
	ErrEnded = errors.New("btcd has ended")
)

// Config is what a btcd needs to run.
type Config struct {
	Program string          // Build makes one
	Dir     string          // for its data; the caller's to remove
	Listen  string          // for questions; empty means any free port of 127.0.0.1
	Miner   address.Address // gets what blocks pay
	Wait    time.Duration   // until it answers, at most; 0 means 30 s
}

// The account of the node, which listens on this machine alone.
const user, password = "simnet", "simnet"

// Build makes the program in a directory, of the version that this module requires. It takes Go, and a minute the first
// time. Error: ErrNoBtcd.
func Build(ctx context.Context, dir string) (program string, err error) {
	if program = filepath.Join(dir, "btcd"); runtime.GOOS == "windows" {
		program += ".exe"
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/btcsuite/btcd").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: go build: %w: %s", ErrNoBtcd, err, strings.TrimSpace(string(out)))
	}
	return program, nil
}

// Simnet is a btcd that runs.
type Simnet struct {
	Host  string // where it answers
	cmd   *exec.Cmd
	miner *rpcclient.Client
	over  sync.WaitGroup // until all that it printed is read
}

// Start runs a btcd until Stop, and returns when it answers. Errors: ErrNoBtcd, ErrPortTaken, ErrEnded; ctx's cause.
func Start(ctx context.Context, c Config) (*Simnet, error) {
	if _, err := os.Stat(c.Program); err != nil {
		return nil, fmt.Errorf("%w: %w: make bitcoin builds one, or: go build github.com/btcsuite/btcd", ErrNoBtcd, err)
	}
	listen := cmp.Or(c.Listen, "127.0.0.1:0")
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("%w: %w: choose another, or end the program that has it", ErrPortTaken, err)
	}
	l.Close()
	s := &Simnet{cmd: exec.Command(c.Program, "--simnet", "--addrindex", "--nolisten", "--notls", "--rejectnonstd",
		"--configfile="+filepath.Join(c.Dir, "none.conf"), "--datadir="+filepath.Join(c.Dir, "data"), "--logdir="+filepath.Join(c.Dir, "logs"),
		"--rpclisten="+listen, "--rpcuser="+user, "--rpcpass="+password, "--miningaddr="+c.Miner.EncodeAddress())}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("simnet: %w", err)
	}
	s.cmd.Stderr = s.cmd.Stdout
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w that runs: %w", ErrNoBtcd, err)
	}
	wait := cmp.Or(c.Wait, 30*time.Second)
	ctx, cancel := context.WithTimeoutCause(ctx, wait, fmt.Errorf("simnet: btcd does not answer within %v", wait))
	defer cancel()
	if err := s.ready(ctx, out); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// listening is what btcd prints when it answers.
var listening = regexp.MustCompile(`RPC server listening on (\S+)`)

// ready waits until btcd answers, and connects.
func (s *Simnet) ready(ctx context.Context, out io.Reader) error {
	heard := make(chan error, 1)
	s.over.Go(func() {
		last := ""
		for lines := bufio.NewScanner(out); lines.Scan(); {
			last = lines.Text()
			if found := listening.FindStringSubmatch(last); found != nil && s.Host == "" {
				s.Host = found[1]
				heard <- nil
			}
		}
		if s.Host == "" {
			heard <- fmt.Errorf("%w: its last line was: %s", ErrEnded, last)
		}
	})
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case err := <-heard:
		if err != nil {
			return err
		}
	}
	miner, err := rpcclient.New(&rpcclient.ConnConfig{Host: s.Host, Endpoint: "ws", User: user, Pass: password, DisableTLS: true,
		Params: chaincfg.SimNetParams.Name, DisableAutoReconnect: true}, nil)
	if err != nil {
		return fmt.Errorf("simnet: %w", err)
	}
	s.miner = miner
	return nil
}

// Stop ends it, and waits until it has ended.
func (s *Simnet) Stop() error {
	if s.miner != nil {
		s.miner.Shutdown()
	}
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("simnet: %w", err)
	}
	s.over.Wait()
	_ = s.cmd.Wait() // it says that it was killed
	return nil
}

// Mine makes blocks of what waits. When it returns the node has them. Error: ErrEnded.
func (s *Simnet) Mine(blocks uint32) error {
	if _, err := s.miner.Generate(blocks); err != nil {
		return fmt.Errorf("%w: %w", ErrEnded, err)
	}
	return nil
}

// Node is a connection to it.
func (s *Simnet) Node() *bitcoin.Node {
	return bitcoin.NewNode(bitcoin.NodeConfig{Host: s.Host, User: user, Password: password, Net: &chaincfg.SimNetParams})
}
