package network

import "errors"

// What a disk reports.
var (
	ErrNoFile     = errors.New("no such file")
	ErrDiskFull   = errors.New("the disk is full")    // nothing was written: try again later
	ErrDiskFailed = errors.New("the disk has failed") // what is on it is no longer known: stop
	ErrBadName    = errors.New("not a name of a file")
)

// MaxFileName is the length of the longest name of a file.
const MaxFileName = 64

// Disk is this node's directory: a few files that are appended to. Names are 1 to MaxFileName
// characters of a-z, 0-9, dot and dash, and do not begin with a dot. Nothing here blocks: what is
// written is first only in memory, and Sync says later that it is safe.
//
// A crash may come between any two calls, and between a Sync and its done. It leaves
//   - of a file's bytes: all that a Sync covered whose done was called with nil; of what was appended
//     later any part, in sectors of 512 bytes that each are there, are zero, or are missing from an
//     end on;
//   - of names: what SyncNames covered; each later creation, Rename and Remove happened or did not, in
//     order. A rename is never half: the name has the old file or the new one.
//
// What a Sync covered is never lost or changed, unless a scenario says that the disk lies or rots.
type Disk interface {
	// Names lists the files in ascending order.
	Names() []string

	// Read is the content of a file, at most max bytes from offset on; less only at the end. The slice
	// is the caller's. Errors: ErrNoFile, ErrDiskFailed.
	Read(name string, offset int64, max int) ([]byte, error)

	// Append adds to the end of a file, which it creates if need be: all of data, or nothing with an
	// error. data belongs to the disk afterwards. Errors: ErrBadName, ErrDiskFull, ErrDiskFailed.
	Append(name string, data []byte) error

	// Truncate cuts a file to size; one that is no longer than that stays as it is. It is safe with the
	// next Sync, as appended bytes are. Errors: ErrNoFile, ErrDiskFailed.
	Truncate(name string, size int64) error

	// Rename gives a file another's name, whose content is gone. Sync the content first. Errors:
	// ErrNoFile, ErrBadName, ErrDiskFailed.
	Rename(from, to string) error

	// Remove takes a file away. Errors: ErrNoFile, ErrDiskFailed.
	Remove(name string) error

	// Sync calls done once, later and never within Sync: nil when all that was appended and truncated
	// before this call is safe. Syncs of one file end in the order of their calls, and may be answered
	// together. With an error the file is lost: every later call on it, Sync too, is ErrDiskFailed. A
	// node stops then (LED-9). Errors that done gets: ErrNoFile, ErrDiskFailed.
	Sync(name string, done func(error))

	// SyncNames does the same for creations, renames and removals.
	SyncNames(done func(error))
}

// ValidFileName says whether a disk takes the name.
func ValidFileName(name string) bool {
	if len(name) == 0 || len(name) > MaxFileName || name[0] == '.' {
		return false
	}
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return true
}
