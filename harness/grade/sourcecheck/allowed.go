package sourcecheck

import (
	"maps"
	"slices"
	"strings"

	"strata/harness/course/steps"
)

// allowedStd lists the packages of the standard library that only compute.
var allowedStd = func() map[string]bool {
	allowed := make(map[string]bool)
	for _, path := range strings.Fields(`bytes cmp container/heap container/list container/ring crypto/ed25519
		crypto/sha256 encoding/binary encoding/hex errors fmt hash hash/fnv io iter log/slog maps math math/big
		math/bits
		math/rand/v2 slices sort strconv strings time unicode unicode/utf8`) {
		allowed[path] = true
	}
	return allowed
}()

var sortedStd = slices.Sorted(maps.Keys(allowedStd))

// importRemedies say what to use instead of packages that students reach for.
var importRemedies = map[string]string{
	"C":             "write it in Go",
	"unsafe":        "write it without: the host and the contracts need no such thing",
	"embed":         "write the data as Go",
	"os":            "a node touches the world through its host only; an error is returned, not exited on",
	"log":           "use host.Log(); an error is returned, not exited on",
	"net":           "use host.Listen and host.Dial; an address is checked by network.Addr.Validate",
	"sync":          "the code of a node runs on one goroutine and needs no locks",
	"sync/atomic":   "the code of a node runs on one goroutine and needs no locks",
	"context":       "nothing blocks: use host.After for a timeout",
	"math/rand":     "use host.Rand()",
	"crypto/rand":   "use host.Rand(): a run must be the same again for the same seed",
	"runtime":       "the code must not depend on how it is run",
	"runtime/debug": "the code must not depend on how it is run",
	"reflect":       "write it with the types that you have",
	"testing":       "tests are in files named _test.go, which are not graded",
	"syscall":       "a node touches the world through its host only",
}

// memberRemedy is empty if pkg.name may be used, else what to use instead.
func memberRemedy(pkg, name string) string {
	switch pkg {
	case "time":
		switch name {
		case "Now", "Since", "Until":
			return "use host.Now()"
		case "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker":
			return "use host.After"
		case "Local", "LoadLocation", "LoadLocationFromTZData":
			return "a node's time has no place"
		}
	case "math/rand/v2":
		if !slices.Contains([]string{"Rand", "Source", "New", "PCG", "NewPCG", "ChaCha8", "NewChaCha8", "Zipf",
			"NewZipf"}, name) {
			return "use the same method of host.Rand()"
		}
	case "fmt":
		if strings.HasPrefix(name, "Scan") || strings.HasPrefix(name, "Fscan") {
			return "a node reads nothing but its streams"
		}
	case "crypto/ed25519":
		if name == "GenerateKey" {
			return "use NewKeyFromSeed with bytes of host.Rand()"
		}
	case "log/slog":
		if slices.Contains([]string{"Default", "SetDefault", "Debug", "DebugContext", "Info", "InfoContext", "Warn",
			"WarnContext",
			"Error", "ErrorContext", "Log", "LogAttrs", "With", "SetLogLoggerLevel", "NewLogLogger"}, name) {
			return "use host.Log()"
		}
	case "iter":
		if name == "Pull" || name == "Pull2" {
			return "it starts a goroutine: range over the sequence"
		}
	case "io":
		if name == "Pipe" {
			return "it blocks: keep the bytes in a bytes.Buffer"
		}
	}
	return ""
}

// Importable lists the import paths that some layer may have.
func Importable() []string {
	all := slices.Clone(sortedStd)
	for _, layer := range slices.Concat(steps.Layers, steps.Practice) {
		all = append(all, "strata/"+steps.Contract(layer))
	}
	return all
}
