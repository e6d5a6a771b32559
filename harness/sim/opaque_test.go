package sim

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"strata/network"

	"github.com/stretchr/testify/require"
)

// What a node is handed says of itself what the node knows, and nothing of the simulator.
func TestWhatANodeIsHandedIsOpaque(t *testing.T) {
	cfg := steady()
	cfg.Log = slog.NewTextHandler(&strings.Builder{}, nil)
	r := newRig(t, cfg, 2)
	handed := make(map[string]any)
	r.at(time.Second, 0, func() {
		h := r.hosts[0]
		handed["host"], handed["random source"], handed["log handler"] = h, *h.Rand(), h.Log().Handler()
		handed["listener"] = h.(*host).listening
		h.Dial(addrOf(1), func(s network.Stream, err error) {
			require.NoError(t, err)
			handed["stream"] = s
		})
	})
	r.n.Run(5 * time.Second)
	require.Len(t, handed, 5)
	for what, value := range handed {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
			text := fmt.Sprintf(verb, value)
			require.Less(t, len(text), 60, "%s by %s: %s", what, verb, text)
			for _, field := range []string{"nd:", "key:", "born", "net:", "remote:"} {
				require.NotContains(t, text, field, "%s by %s", what, verb)
			}
		}
	}
}
