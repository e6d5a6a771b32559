package leader

import (
	"slices"

	"strata/network"
)

// Prepare creates the files that are not there, and calls done once, later, when their names are safe: a
// file that was synced is of no use under a name that a crash may take.
func Prepare(disk network.Disk, done func(error)) {
	for _, name := range []string{FileLog, fileBlocks, fileCerts} {
		if !slices.Contains(disk.Names(), name) {
			if err := disk.Append(name, nil); err != nil {
				disk.SyncNames(func(error) { done(err) })
				return
			}
		}
	}
	disk.SyncNames(done)
}
