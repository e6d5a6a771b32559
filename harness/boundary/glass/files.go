package glass

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"

	"strata/harness/sandbox"
)

// translateTask is what a program with this package is started for that Translate tells to.
const translateTask = "translate"

var _ = sandbox.Task(translateTask, func() int {
	if len(os.Args) != 3 {
		return 2
	}
	if err := Compile(os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
})

// Translate is what a program with this package takes as arguments to Compile a directory, and to do nothing else. What
// is compiled is good for this very program.
func Translate(dir string) []string { return []string{sandbox.TaskWord(translateTask), dir} }

// Module is the file of a directory that has the module. Beside it is what Compile makes.
func Module(dir string) string { return filepath.Join(dir, "layers.wasm") }

// Compiled is the directory in that directory to which Compile writes.
func Compiled(dir string) string { return filepath.Join(dir, "compiled") }

// Compile compiles the module of a directory, for Open. None of its code runs.
func Compile(dir string) error {
	module, err := os.ReadFile(Module(dir))
	if err != nil {
		return fmt.Errorf("glass: %w", err)
	}
	cache, err := wazero.NewCompilationCacheWithDir(Compiled(dir))
	if err != nil {
		return fmt.Errorf("glass: %w", err)
	}
	ctx := experimental.WithCompilationWorkers(context.Background(), workers)
	runtime := wazero.NewRuntimeWithConfig(ctx, config().WithCompilationCache(cache))
	defer runtime.Close(ctx)
	if module, _, err = exported(module); err == nil {
		_, err = runtime.CompileModule(ctx, module)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrModule, err)
	}
	return nil
}

// Open is New for the module of a directory, which Compile has compiled.
func Open(dir string, opt Options) (*Engine, error) {
	module, err := os.ReadFile(Module(dir))
	if err != nil {
		return nil, fmt.Errorf("glass: %w", err)
	}
	opt.Cache = Compiled(dir)
	return New(module, opt)
}
