package command

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/tcphost"
)

// Of a panic's stack a student sees the calls of the layers, in the student's own files.
func TestStudentsPanic_ShowsTheLayersAlone(t *testing.T) {
	stack := "goroutine 7 [running]:\nruntime/debug.Stack()\n\t/go/src/runtime/debug/stack.go:26 +0x5e\n" +
		"panic({0x1, 0x2})\n\t/go/src/runtime/panic.go:860 +0x13a\n" +
		"strata/exercises/gossip.(*layer).received(0x1)\n\t/ws/exercises/gossip/gossip.go:41 +0x1c\n" +
		"strata/node/process/tcphost.(*Loop).run(0x1)\n\t/ws/network/tcphost/loop.go:200 +0x2\n"
	err := studentsPanic("my work", &tcphost.PanicError{Value: "ouch", Stack: []byte(stack)})
	text := err.Error()
	require.Contains(t, text, "strata: panic in the layers of my work: ouch\n    where     "+filepath.Join("my work", "gossip", "gossip.go:41")+"\n")
	require.Contains(t, text, "strata grade --layer gossip 'my work'")
	require.NotContains(t, text, "runtime")
	require.NotContains(t, text, "tcphost")

	deep := stack + strings.Repeat("strata/exercises/gossip.again(0x1)\n\t/ws/exercises/gossip/gossip.go:9 +0x1\n", 500)
	require.Contains(t, studentsPanic("exercises", &tcphost.PanicError{Value: "ouch", Stack: []byte(deep)}).Error(), "and 491 more\n")

	ours := strings.ReplaceAll(stack, "strata/exercises/", "strata/chain/")
	require.Contains(t, studentsPanic("exercises", &tcphost.PanicError{Value: "ouch", Stack: []byte(ours)}).Error(), "tcphost", "where no layer has a part, all is shown")
}
