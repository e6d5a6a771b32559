//go:build !linux

package process

import "os"

// newPagemap has nothing: this system has no pagemaps.
func newPagemap() (ours, theirs *os.File, err error) { return nil, nil, nil }

// showPagemap has nothing to show.
func showPagemap(*os.File) {}
