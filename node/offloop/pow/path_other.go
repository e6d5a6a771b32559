//go:build !amd64

package pow

// processor has nothing that we have code for. On arm64 and others the standard library uses the
// instructions for SHA-256 that there are.
func processor() features { return features{} }

// kernel is for paths that have lanes, of which there are none here.
func (p Path) kernel() kernel { panic("pow: no kernel for path " + p.String()) }
