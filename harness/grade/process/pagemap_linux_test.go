package process

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"strata/harness/boundary/glass"
	"strata/harness/grade/pipe"
	"strata/harness/sandbox"
)

// libraries are what a program needs that is linked to the system's C library, as a test may be.
var libraries = []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64"}

var _ = sandbox.Task("test-pagemap", func() int {
	_, err := os.Open("/proc/self/pagemap")
	fmt.Println("opens it:", err == nil)
	file := glass.AskPagemap(pipe.PagemapFD)
	if file == nil {
		fmt.Println("has none")
		return 1
	}
	pages := make([]byte, 64<<20) // the system gives pages that are written to
	page := os.Getpagesize()
	at := (uintptr(unsafe.Pointer(unsafe.SliceData(pages))) + 32<<20) / uintptr(page)
	pages[(32<<20)+page] = 1
	var entry [24]byte
	if _, err := file.ReadAt(entry[:], int64(at)*8); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("written:", binary.NativeEndian.Uint64(entry[8:])>>63, binary.NativeEndian.Uint64(entry[16:])>>63, pages[0])
	return 0
})

// A child that may open no file gets the pagemap of its own memory, and of no other.
func TestPagemap_OfAChildInABox(t *testing.T) {
	p, err := newPipes(true)
	require.NoError(t, err)
	defer p.closeOurs()
	cmd, err := sandbox.Self(sandbox.Box{Closed: true, Read: libraries, Wall: time.Minute}, "test-pagemap")
	require.NoError(t, err)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.ExtraFiles = []*os.File{p.tasks.theirs, p.answers.theirs, p.stack.theirs, p.seed, p.pagemap.theirs}
	shown := make(chan struct{})
	go func() { showPagemap(p.pagemap.ours); close(shown) }()
	end, err := cmd.Run(t.Context())
	p.closeTheirs()
	require.NoError(t, err)
	require.True(t, end.OK(), said.String())
	require.Contains(t, said.String(), "written: 1 0 0\n")
	if end.Held.Files == sandbox.Landlock {
		require.True(t, strings.HasPrefix(said.String(), "opens it: false\n"), said.String())
	}
	<-shown
}

// Nobody waits for a child that does not ask, once it is gone.
func TestPagemap_NobodyAsks(t *testing.T) {
	p, err := newPipes(true)
	require.NoError(t, err)
	p.closeTheirs()
	showPagemap(p.pagemap.ours)
	p.closeOurs()
}
