// Package loopback runs scenarios on loopback TCP, in real time, to prove that code which passes on the simulated
// network works there as well.
package loopback

import (
	"crypto/ed25519"
	"errors"
	"log/slog"

	"strata/harness/lab"
	"strata/network"
	"strata/node/process/tcphost"
	"strata/scenario"
)

// Options of one run.
type Options struct {
	Seed uint64       // of the scenario's choices and of the hosts' randomness; what happens when is not reproducible
	Log  slog.Handler // nil: discard
}

// Run runs a scenario with RealTime: all nodes share one loop, so that checks may look at each of them. Afterwards no
// goroutine is left.
func Run(s scenario.Scenario, opt Options) lab.Result {
	return lab.RunReal(s, opt.Seed, func(afterEvent func()) lab.Real {
		return loop{tcphost.NewLoop(tcphost.LoopConfig{Seed: opt.Seed, Log: opt.Log, AfterEvent: afterEvent})}
	})
}

// loop is tcphost's as lab wants it.
type loop struct{ *tcphost.Loop }

// Addr names a free loopback address.
func (loop) Addr() (network.Addr, error) {
	free, err := tcphost.LoopbackAddrs(1)
	if err != nil {
		return "", err
	}
	return free[0], nil
}

// Host makes a host.
func (l loop) Host(at network.Addr, key ed25519.PrivateKey) (network.Host, error) {
	return l.HostOf(tcphost.HostConfig{Name: at, Key: key})
}

// Usage is what a host has open.
func (l loop) Usage(h network.Host) scenario.Usage { return scenario.Usage(l.Loop.Usage(h)) }

// Thrown is the panic that ended the loop, if one did.
func (l loop) Thrown() (value any, stack string, thrown bool) {
	var p *tcphost.PanicError
	if !errors.As(l.Err(), &p) {
		return nil, "", false
	}
	return p.Value, string(p.Stack), true
}
