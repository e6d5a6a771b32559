//go:build !unix

package wallet

// lock does nothing: there is no lock here that goes with its process. One keystore is then to be
// used by one process at a time.
func lock(string) (unlock func(), err error) { return func() {}, nil }
