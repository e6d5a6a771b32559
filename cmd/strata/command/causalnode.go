package command

import (
	"context"
	"fmt"
	"path/filepath"

	"strata/ledgers/causal"
	"strata/node/guard"
	"strata/node/process/causalnode"
	"strata/node/process/daemon"
	"strata/node/process/ledgernode"
)

// serveCausal runs a replica of elective 10 and its API until the context ends. limits are those of its guard; nil: there
// is none.
func (w World) serveCausal(ctx context.Context, stack causal.Stack, d ledgernode.Directory, limits *guard.Config, s daemon.Settings) error {
	if err := d.Of(causal.Name); err != nil {
		return err
	}
	cfg := causalnode.Config{
		Genesis: d.Genesis.(causal.Genesis), Key: d.Key, Dir: d.Disk(), Founded: true,
		Distrust: filepath.Join(d.Path, causalnode.FileDistrust), Bootstrap: s.Bootstrap.Network(), Guard: limits,
		Log: daemon.NewLog(w.Err, s.LogFormat, s.LogLevel.Level),
	}
	told := s.Listen.Addr
	if s.Listen == daemon.Defaults().Listen {
		told = ""
	}
	var err error
	if cfg.Addr, cfg.Listen, err = d.Address(told); err != nil {
		return err
	}
	r, err := causalnode.Run(stack, cfg)
	if err != nil {
		return err
	}
	return w.serveNode(ctx, r, d.Path, s.API, cfg.Log, func(at string) error { return w.tellCausal(r, s.Stack, at) })
}

// tellCausal prints that the replica is up, and where its page is.
func (w World) tellCausal(r *causalnode.Running, stack, at string) error {
	s, err := r.Standing()
	if err != nil {
		return err
	}
	role := fmt.Sprintf("member %d of %d", s.Member, len(s.Members))
	if s.Member < 0 {
		role = "no member"
	}
	fmt.Fprintf(w.Out, "strata: node %s is up: ledger %s, %s, document %q, %d updates, layers of %s\n", s.Self, s.Ledger, role, s.Document, s.Updates, stack)
	if at != "" {
		fmt.Fprintf(w.Out, "strata: page and API at %s/\n", at)
	}
	return nil
}
