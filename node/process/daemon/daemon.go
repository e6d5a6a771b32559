package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"strata/chain"
	"strata/node/process/api"
	"strata/node/process/boltstore"
	"strata/node/process/memstore"
	"strata/node/process/metrics"
	"strata/node/process/thrift"
	"strata/node/store"
)

// Daemon is what a process of a node is made of: the settings and where they are from, whose layers
// run, and where it writes to. Config and Token may be zero.
type Daemon struct {
	Settings Settings
	Config   string // the settings file that was read; "" if there was none
	Token    string // of the API; "": that of api-token-file, or of the data directory
	Stack    chain.Stack
	Out      io.Writer // what there is to know once the node is up, in a few lines
	Log      io.Writer // the log
	Up       func()    // called once the node is up; nil: nobody
}

// Run runs the node until the context ends, and stops it. With a data directory and no settings
// file it writes one there first. Errors: faults of the settings; those of boltstore.Open and of
// Run; that the API cannot listen; a panic of the node's code, as *tcphost.PanicError; store.ErrCorrupt,
// with what there is to do about it.
func (d Daemon) Run(ctx context.Context) error {
	err := leaving(func(broke func(error)) error { return d.run(ctx, broke) })
	return withRemedy(err, d.Settings.Data)
}

// run tells broke first if it ends since the store takes no more.
func (d Daemon) run(ctx context.Context, broke func(error)) error {
	cfg, err := d.Settings.Config()
	if err != nil {
		return err
	}
	if d.Settings.APITokenFile != "" { // a fault of what was given is told before anything is made
		if _, err := d.readToken(); err != nil {
			return err
		}
	}
	db, config, err := d.openStore()
	if err != nil {
		return err
	}
	d.Config = config
	small := thrift.Begin()
	defer small.Stop()
	small.With(db)
	figures := metrics.NewSet()
	stored := newStored(api.Measured(db, figures), d.Settings.Data != "")
	defer stored.close()
	stored.into(&cfg)
	level := new(slog.LevelVar)
	level.Set(d.Settings.LogLevel.Level)
	log := NewLog(d.Log, d.Settings.LogFormat, level)
	r, err := Run(d.Stack, cfg, log)
	if err != nil {
		return err
	}
	if disk, ok := db.(*boltstore.Store); ok {
		disk.OnDamage(r.storeBroke) // whoever finds it, the index too
	}
	defer stored.watch(r.storeBroke)()
	var follows *reporter
	if err := r.Do(func() { follows = report(r.Node, stored.after, slog.New(log).With("node", r.Addr)) }); err != nil {
		return errors.Join(err, r.Stop())
	}
	defer follows.stop()
	defer onHangup(func() { d.reread(level, slog.New(log)) })()
	var o *door
	if d.Settings.API != APIOff {
		if o, err = d.openDoor(r, stored, figures, level, slog.New(log)); err != nil {
			return errors.Join(err, r.Stop())
		}
		small.With(o.index)
	}
	if err := d.tell(r, o); err != nil {
		o.close()
		_ = r.Stop() // err says why
		return err
	}
	if d.Up != nil {
		d.Up()
	}
	select {
	case <-r.Loop.Done():
	case <-r.broken:
		broke(r.brokenBy)
	case <-ctx.Done():
	}
	o.close() // before the node, which it asks
	return r.Until(ctx)
}

// openStore opens the store, in memory if there is no data directory, and says which settings file there is.
// Errors: those of boltstore.Open; that the settings file cannot be written.
func (d Daemon) openStore() (db store.Store, config string, err error) {
	dir := d.Settings.Data
	if dir == "" {
		return memstore.New(), d.Config, nil
	}
	if db, err = boltstore.Open(dir); err != nil || d.Config != "" {
		return db, d.Config, err
	}
	if config, err = writeConfig(dir); err != nil { // the directory is ours alone now: the store has its lock
		return nil, "", errors.Join(err, db.Close())
	}
	fmt.Fprintf(d.Out, "strata: put settings that should stay into %s\n", config)
	return db, config, nil
}

// tell prints that the node is up, and where its page is. Errors: those of Running.Do.
func (d Daemon) tell(r *Running, o *door) error {
	var height uint64
	if err := r.Do(func() { height = r.Node.Status().Height }); err != nil {
		return err
	}
	fmt.Fprintf(d.Out, "strata: node %s is up: height %d, difficulty %d, layers of %s\n",
		r.Addr, height, d.Settings.Difficulty, d.Settings.Stack)
	if o != nil {
		tellPage(d.Out, "http://"+o.addr.String()+"/", o.token, d.tokenPlace())
	}
	return nil
}
