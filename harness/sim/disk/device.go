package disk

import "strata/network"

// Device is network.Disk for one life of a node.
type Device struct {
	// On is the node's disk; after the life an empty one that nobody sees.
	On func() *Disk

	// End ends a sync later, with done. name is the file; empty for the names.
	End func(name string, s *Sync, done func(error))

	// Full says whether the disk takes no more now; nil: it always does, up to its Limit.
	Full func() bool
}

// Names is network.Disk's, and so are the others.
func (d Device) Names() []string { return d.On().Names() }

// Read reads.
func (d Device) Read(name string, offset int64, most int) ([]byte, error) {
	return d.On().Read(name, offset, most)
}

// Append appends.
func (d Device) Append(name string, data []byte) error {
	if len(data) > 0 && d.Full != nil && d.Full() {
		return network.ErrDiskFull
	}
	return d.On().Append(name, data)
}

// Truncate truncates.
func (d Device) Truncate(name string, size int64) error { return d.On().Truncate(name, size) }

// Rename renames.
func (d Device) Rename(from, to string) error { return d.On().Rename(from, to) }

// Remove removes.
func (d Device) Remove(name string) error { return d.On().Remove(name) }

// Sync syncs a file.
func (d Device) Sync(name string, done func(error)) { d.End(name, d.On().Begin(name), done) }

// SyncNames syncs the names.
func (d Device) SyncNames(done func(error)) { d.End("", d.On().BeginNames(), done) }
