package boundary

import "strata/network"

// noDisk has failed.
type noDisk struct{ host *farHost }

func (noDisk) Names() []string { return nil }

func (noDisk) Read(string, int64, int) ([]byte, error) { return nil, network.ErrDiskFailed }

func (noDisk) Append(string, []byte) error { return network.ErrDiskFailed }

func (noDisk) Truncate(string, int64) error { return network.ErrDiskFailed }

func (noDisk) Rename(string, string) error { return network.ErrDiskFailed }

func (noDisk) Remove(string) error { return network.ErrDiskFailed }

func (d noDisk) Sync(_ string, done func(error)) { d.SyncNames(done) }

func (d noDisk) SyncNames(done func(error)) {
	d.host.After(0, func() { done(network.ErrDiskFailed) })
}

// nobody has no key.
type nobody struct{}

func (nobody) Key() network.PublicKey { return network.PublicKey{} }

func (nobody) Sign([]byte) network.Signature { return network.Signature{} }
