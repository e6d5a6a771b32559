package glass

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
	wasi "github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

const (
	page       = 64 << 10
	mostMemory = 512 << 20 // bytes of one room
	mostKept   = 64 << 20  // bytes of a room that is used again
)

// Engine has the layers of one module. It is for one goroutine.
type Engine struct {
	ctx     context.Context
	runtime wazero.Runtime
	module  wazero.CompiledModule
	printed io.Writer
	copies  bool
	order   uint64 // of maps

	free []*room
	used []tenancy // since the last reset
	last tenant
	left returned // rooms whose nodes are gone
	most int      // rooms in use before it is worth to look for nodes that are gone

	// What a fresh room has in its memory, the same in all: in one of the two.
	globals  int
	begin    *beginning // nil: there was no room yet
	fresh    []byte
	fixed    part // of it nothing writes to: what the compiler has laid down
	kept     *os.File
	keptSize int
	hot      hot
	scan     *scan // nil: what was written to is not known
}

// Options say how an engine runs.
type Options struct {
	Printed io.Writer // gets what the layers print, and the runtime's last words; nil: nobody
	Cache   string    // a directory with compiled modules; empty: none
	Copies  bool      // rooms are put back by copying all they had, as it is done where the system has no other way
	Pagemap *os.File  // that of this process if it cannot open it, /proc/self/pagemap: the engine closes it. nil: it tries to
	Guesses bool      // rooms are put back without it, as it is done where it does not tell what was written
}

// workers is how many functions are compiled at a time.
const workers = 4

// config is that of every engine: what is compiled is good for all.
func config() wazero.RuntimeConfig {
	return wazero.NewRuntimeConfig().WithMemoryLimitPages(mostMemory / page)
}

// ErrModule reports bytes that are no module of layers.
var ErrModule = errors.New("glass: no WebAssembly that has layers")

// New compiles a module, if the cache does not have it, and makes a first room. The error wraps ErrModule, or is that of the cache.
func New(module []byte, opt Options) (*Engine, error) {
	e := &Engine{ctx: context.Background(), printed: opt.Printed, copies: opt.Copies, most: fewRooms}
	if !opt.Guesses && !opt.Copies {
		e.scan = newScan(opt.Pagemap)
	}
	cfg := config()
	if opt.Cache != "" {
		cache, err := wazero.NewCompilationCacheWithDir(opt.Cache)
		if err != nil {
			e.scan.close()
			return nil, fmt.Errorf("glass: %w", err)
		}
		cfg = cfg.WithCompilationCache(cache)
	}
	e.runtime = wazero.NewRuntimeWithConfig(e.ctx, cfg)
	if e.printed == nil {
		e.printed = io.Discard
	}
	if err := e.open(module); err != nil {
		e.Close()
		return nil, fmt.Errorf("%w: %w", ErrModule, err)
	}
	return e, nil
}

// open compiles the module and makes the first room.
func (e *Engine) open(module []byte) (err error) {
	if _, err = wasi.Instantiate(e.ctx, e.runtime); err != nil {
		return err
	}
	if err = e.offer(); err != nil {
		return err
	}
	if module, e.globals, err = exported(module); err != nil {
		return err
	}
	if e.module, err = e.runtime.CompileModule(experimental.WithCompilationWorkers(e.ctx, workers), module); err != nil {
		return err
	}
	first, err := e.newRoom()
	if err != nil {
		return err
	}
	e.free = append(e.free, first)
	return nil
}

// Close ends all rooms.
func (e *Engine) Close() {
	_ = e.runtime.Close(e.ctx)
	e.scan.close()
	if e.kept != nil {
		e.kept.Close()
	}
}
