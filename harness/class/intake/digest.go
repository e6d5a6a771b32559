package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"strata/harness/course/checkout"
	"strata/harness/course/steps"
)

// beside are what may lie beside the layers and is told in a report: that it does not count.
var beside = []string{"go.mod", "go.sum", "go.work", "vendor"}

// layersDigest is that of all that a grade depends on, and no more: the names and contents of the files in the layers of
// dir, whatever ends their lines and wherever dir is. It is empty if there are none.
func layersDigest(dir string) (string, error) {
	sum, files := sha256.New(), 0
	for _, layer := range steps.Written {
		err := filepath.WalkDir(filepath.Join(dir, layer), func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			name, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			files++
			fmt.Fprintf(sum, "%q %x\n", filepath.ToSlash(name), sha256.Sum256(checkout.LF(text)))
			return err
		})
		if err != nil {
			return "", err
		}
	}
	if files == 0 {
		return "", nil
	}
	for _, name := range beside {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			fmt.Fprintf(sum, "%q\n", name)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
