package network

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"strata/network"
)

// TestTranscripts_Cutter plays the scripts in testdata/cutter:
//
//	frame TEXT        prints the frame that carries a text
//	piece (hex below) hands the cutter a piece, and prints the messages that it completes and what is left
func TestTranscripts_Cutter(t *testing.T) {
	datadriven.Walk(t, "testdata/cutter", func(t *testing.T, path string) {
		var c cutter
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "frame" {
				text := ""
				if len(d.CmdArgs) > 0 {
					text = d.CmdArgs[0].Key
				}
				return fmt.Sprintf("% x\n", network.AppendFrame(nil, []byte(text)))
			}
			require.Equal(t, "piece", d.Cmd)
			piece, err := hex.DecodeString(strings.ReplaceAll(d.Input, " ", ""))
			require.NoError(t, err, d.Pos)
			return feed(&c, piece)
		})
	})
}

// feed hands the cutter a piece and says what comes of it.
func feed(c *cutter, piece []byte) string {
	var out strings.Builder
	for len(piece) > 0 {
		payload, rest, whole, err := c.next(piece, 1<<20)
		if err != nil {
			return out.String() + fmt.Sprintf("the connection ends: %v\n", err)
		}
		if whole {
			fmt.Fprintf(&out, "message %q\n", payload)
		}
		piece = rest
	}
	switch {
	case !c.inside():
		out.WriteString("has nothing: the next byte begins a header\n")
	case c.have < network.HeaderSize:
		fmt.Fprintf(&out, "has %d of the 4 bytes of a header\n", c.have)
	default:
		fmt.Fprintf(&out, "has %d of the %d bytes of a message: %q\n", len(c.body), network.PayloadSize(c.header[:]), c.body)
	}
	return out.String()
}
