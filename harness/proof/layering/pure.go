package layering

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// effects are packages that reach past the host, with what of them is harmless all the same.
var effects = map[string][]string{
	"crypto/rand":   nil,
	"io/ioutil":     nil,
	"log":           nil,
	"math/rand":     nil,
	"math/rand/v2":  {"Rand", "New", "NewPCG", "NewChaCha8", "PCG", "ChaCha8", "Source", "Zipf", "NewZipf"},
	"net":           {"SplitHostPort", "JoinHostPort"},
	"net/http":      nil,
	"os":            nil,
	"os/exec":       nil,
	"os/signal":     nil,
	"runtime":       nil,
	"runtime/debug": nil,
	"sync":          nil,
	"sync/atomic":   nil,
	"syscall":       nil,
	"time": {"Time", "Duration", "Unix", "UnixMilli", "UnixNano", "UTC", "ParseDuration",
		"Nanosecond", "Microsecond", "Millisecond", "Second", "Minute", "Hour"},
	"unsafe": nil,
}

// impure reports what in a file needs more than a host: goroutines, channels, locks, clocks,
// global randomness, input and output. Packages sync and sync/atomic are let through if locks is true.
func impure(file *ast.File, locks bool, report func(ast.Node, string)) {
	names := map[string]string{} // of the packages in effects, by their name in the file
	for _, spec := range file.Imports {
		to := strings.Trim(spec.Path.Value, "`\"")
		harmless, listed := effects[to]
		if !listed || (to == "sync" || to == "sync/atomic") && locks {
			continue
		}
		if len(harmless) == 0 {
			report(spec, "protocol code must not import "+to)
			continue
		}
		names[nameOf(spec, to)] = to
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n, "protocol code must not start goroutines")
		case *ast.SelectStmt, *ast.ChanType, *ast.SendStmt:
			report(n, "protocol code must not use channels")
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				report(n, "protocol code must not use channels")
			}
		case *ast.SelectorExpr:
			pkg, ok := n.X.(*ast.Ident)
			if !ok || pkg.Obj != nil {
				return true
			}
			if to, ok := names[pkg.Name]; ok && !slices.Contains(effects[to], n.Sel.Name) {
				report(n, "protocol code must not use "+to+"."+n.Sel.Name)
			}
		}
		return true
	})
}

func nameOf(spec *ast.ImportSpec, to string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	if to == "math/rand/v2" {
		return "rand"
	}
	return to[strings.LastIndex(to, "/")+1:]
}
