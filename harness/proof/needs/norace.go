//go:build !race

package needs

// racing says whether this test was built with the race detector.
const racing = false
