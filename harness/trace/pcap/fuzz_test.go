package pcap_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/trace/pcap"
)

// Whatever a file holds, reading it ends, with events in order of time or with ErrFormat.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"lo.pcap", "any.pcap"} {
		file, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(file[:1000])
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := pcap.Read(bytes.NewReader(file))
		if err != nil {
			require.ErrorIs(t, err, pcap.ErrFormat)
			return
		}
		for i := 1; i < len(c.Events); i++ {
			require.LessOrEqual(t, c.Events[i-1].At, c.Events[i].At)
		}
	})
}
