//go:build unix

package sandbox

// WithoutBwrap has closed boxes do without bubblewrap, until the function that it returns is called.
func WithoutBwrap() (again func()) {
	found := bwrap
	bwrap = func() string { return "" }
	return func() { bwrap = found }
}
