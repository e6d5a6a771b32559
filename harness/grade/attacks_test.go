package grade_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
)

// attacks are edits of one layer each; a submission has one of every layer, so that a few builds do
// for all. None may keep another layer from its points.
var attacks = []map[string]attack{
	{
		"network":   {`type edit struct{ network.Network }`, "return edit{ours(h, cfg)}", "func (e edit) Send(network.ConnID, []byte) error { panic(endless{}) }\n\ntype endless struct{}\n\nfunc (endless) Error() string {\n\tfor {\n\t}\n}", "network.1", []string{"no end", "network/edit.go:"}},
		"messaging": {`type edit struct{ messaging.Messaging }`, "return edit{ours(h, net, cfg)}", "func (e edit) Send(network.ConnID, messaging.Kind, []byte) error { return deep{} }\n\ntype deep struct{}\n\nfunc (d deep) Error() string { return d.Error() }", "messaging.1", []string{"stack overflow", "messaging/edit.go:"}},
		"gossip":    {`type edit struct{ gossip.Gossip }`, "return edit{ours(h, peers, cfg)}", "func (e edit) Broadcast(messaging.Kind, []byte) error {\n\tvar seen map[string]bool\n\tseen[\"x\"] = true\n\treturn nil\n}", "gossip.1", []string{"assignment to entry in nil map", "gossip/edit.go:"}},
		"mempool":   {`type edit struct{ mempool.Mempool }`, "return edit{ours(h, g, cfg)}", "func (e edit) Add(mempool.Transaction) error {\n\tdefer func() { _ = recover() }()\n\tfmt.Println(strings.Repeat(\"noise\", 1<<16))\n\tfmt.Println(\"\\x1b[2J\\x1b]0;100 of 100 points\\aRED\\u202eALERT\\r\")\n\tpanic(1)\n}", "mempool.1", []string{"MEM-", "printed", "REDALERT"}},
	},
	{
		"gossip":  {`type edit struct{ gossip.Gossip }`, "return edit{ours(h, peers, cfg)}", "func (e edit) Handle(kind messaging.Kind, h gossip.Handler) error {\n\tvar kept [][]byte\n\treturn e.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {\n\t\tfor _, old := range kept {\n\t\t\told[0]++\n\t\t}\n\t\tif len(payload) > 0 {\n\t\t\tkept = append(kept, payload)\n\t\t}\n\t\treturn h(from, payload)\n\t})\n}", "gossip.2", []string{"NET-12"}},
		"mempool": {`type edit struct{ mempool.Mempool }`, "return edit{ours(h, g, cfg)}", "func (e edit) Add(mempool.Transaction) error { return huge{} }\n\ntype huge struct{}\n\nfunc (huge) Error() string { return strings.Repeat(\"x\", 1<<24) }", "mempool.1", []string{"xxx ..."}},
	},
}

// attack wraps what New makes.
type attack struct {
	typ, make, code string
	step            string
	want            []string // of the report
}

// imports of every edit; what is blank is not used.
const imports = `
import (
	"fmt"
	"strings"

	"strata/network"
)

var _, _ = fmt.Print, strings.Repeat
`

func (a attack) source(layer string) string {
	params := map[string]string{
		"network":   "h network.Host, cfg network.Config",
		"messaging": "h network.Host, net network.Network, cfg messaging.Config",
		"gossip":    "h network.Host, peers p2p.P2P, cfg gossip.Config",
		"mempool":   "h network.Host, g gossip.Gossip, cfg mempool.Config",
	}[layer]
	result := strings.ToUpper(layer[:1]) + layer[1:]
	more := ""
	for _, l := range []string{"messaging", "p2p", "gossip", "mempool"} {
		if strings.Contains(a.typ+a.code+params, l+".") {
			more += "import \"strata/" + l + "\"\n"
		}
	}
	return "package " + layer + "\n" + imports[:strings.Index(imports, "\nvar")] + more + imports[strings.Index(imports, "\nvar"):] +
		"\n" + a.typ + "\n\n" + a.code + "\n\nfunc New(" + params + ") " + layer + "." + result + " { " + a.make + " }\n"
}

func TestGrade_Attacks(t *testing.T) {
	for _, submission := range attacks {
		dir := copied(t)
		ids := []string{"chain.2"}
		for layer, a := range submission {
			wrap(t, dir, layer, a.source(layer))
			ids = append(ids, a.step)
		}
		r, text := run(t, dir, ids...)
		require.Equal(t, grade.Passed, step(t, r, "chain.2").Status, text)
		for layer, a := range submission {
			require.Equal(t, grade.Failed, step(t, r, a.step).Status, "%s: %s", layer, text)
			for _, want := range a.want {
				require.Contains(t, text, want, layer)
			}
		}
		require.Less(t, len(text), 100<<10, "what was printed is bounded")
		require.NotContains(t, text, "\x1b")
		require.NotContains(t, text, "\u202e")
		require.NotContains(t, text, "\r")
	}
}
