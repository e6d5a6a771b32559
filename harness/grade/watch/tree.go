package watch

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/steps"
	"strata/harness/grade/plainfile"
)

// Tree is what the layers in a directory hold: a digest of each that is there, by its name.
type Tree map[string][sha256.Size]byte

// The most that is read of a directory and of a file: more than the grader takes.
const (
	mostFiles = 5000
	mostBytes = 1 << 20
)

// Read reads the layers in a directory. What cannot be read is not there.
func Read(dir string) Tree {
	all := make(Tree)
	for _, layer := range steps.Written {
		entries, err := plainfile.List(filepath.Join(dir, layer), mostFiles)
		if err != nil {
			continue
		}
		sum := sha256.New()
		for _, e := range entries {
			if !counts(e.Name()) {
				continue
			}
			text, err := plainfile.Read(filepath.Join(dir, layer, e.Name()), mostBytes)
			fmt.Fprintf(sum, "%q %d %v\n", e.Name(), len(text), err)
			sum.Write(text)
		}
		all[layer] = [sha256.Size]byte(sum.Sum(nil))
	}
	return all
}

// counts says whether a file of that name is graded: Go that is no test, and no editor's temporary file.
func counts(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") &&
		!strings.ContainsAny(name[:1], "._#~")
}

// differ lists the layers that are not the same in both, in order.
func (t Tree) differ(other Tree) (layers []string) {
	for _, layer := range steps.Written {
		a, inA := t[layer]
		b, inB := other[layer]
		if inA != inB || a != b {
			layers = append(layers, layer)
		}
	}
	return layers
}

// directories are those in which something may happen: that of the layers, and each layer's that is there.
func directories(dir string) (all []string) {
	for _, name := range slices.Concat([]string{"."}, steps.Written) {
		at := filepath.Join(dir, name)
		if info, err := os.Stat(at); err == nil && info.IsDir() {
			all = append(all, at)
		}
	}
	return all
}
