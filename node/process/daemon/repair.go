package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"strata/chain"
	"strata/node/process/repair"
)

// RepairUsage describes the flag that asks for Repair.
const RepairUsage = "make a new store from the whole blocks of a damaged one, keep the old file, and exit"

// progressEvery is how often a repair says how far it is.
const progressEvery = 2 * time.Second

// Repair makes the store of the data directory again, from the blocks that are whole, and says what
// was kept and what was lost. The damaged file is kept. After an error nothing has changed. Errors:
// faults of the settings; those of repair.Run.
func (d Daemon) Repair(ctx context.Context) error {
	cfg, err := d.Settings.Config()
	if err != nil {
		return err
	}
	if d.Settings.Data == "" {
		return errors.New("repair needs the data directory of the damaged store: say which with --data")
	}
	rules, err := chain.Config{Params: cfg.Params}.Complete()
	if err != nil {
		return err
	}
	said := time.Now()
	r, err := repair.Run(ctx, d.Settings.Data, d.Stack.NewExecutor(rules), rules.Params, func(p repair.Progress) {
		if time.Since(said) < progressEvery {
			return
		}
		said = time.Now()
		if p.Reading {
			fmt.Fprintf(d.Out, "strata: looked through %d of %d MB for blocks\n", p.Done>>20, p.Total>>20)
		} else {
			fmt.Fprintf(d.Out, "strata: executed %d of %d blocks\n", p.Done, p.Total)
		}
	})
	if errors.Is(err, repair.ErrNoBlocks) {
		return fmt.Errorf("repair: %w with difficulty %d; nothing was changed: give the difficulty of the chain with --difficulty; if that is it, move the file away and start again", err, d.Settings.Difficulty)
	}
	if err != nil {
		return fmt.Errorf("repair: %w", ofNewer(err))
	}
	d.reportRepair(r)
	return nil
}

func (d Daemon) reportRepair(r repair.Report) {
	fmt.Fprintf(d.Out, "strata: kept the chain up to block %d %v, and %d blocks of side branches\n", r.Tip, r.Hash, r.Side)
	if r.Invalid > 0 {
		fmt.Fprintf(d.Out, "strata: left out %d blocks that break a rule\n", r.Invalid)
	}
	if r.Cut > 0 {
		fmt.Fprintf(d.Out, "strata: lost block %d, and with it %d whole blocks that descend from it: the node gets them from its peers\n", r.Gap-1, r.Cut)
	}
	fmt.Fprintf(d.Out, "strata: the damaged file is kept as %s\n", r.Aside)
}
