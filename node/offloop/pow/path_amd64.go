package pow

import "golang.org/x/sys/cpu"

//go:generate sh -c "cd asm && go run . -out ../lanes_amd64.s -stubs ../lanes_amd64.go -pkg pow"

// processor asks by CPUID and XGETBV.
func processor() features {
	return features{avx2: cpu.X86.HasAVX2, avx512: cpu.X86.HasAVX512F}
}

// kernel is the function of a path that has lanes.
func (p Path) kernel() kernel {
	if p == AVX512 {
		return hash32
	}
	return hash16
}
