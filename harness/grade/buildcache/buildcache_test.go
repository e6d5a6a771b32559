package buildcache

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// talk sends the lines, and returns the answers by their ids.
func talk(t *testing.T, s *server, lines ...string) map[int64]response {
	t.Helper()
	var out strings.Builder
	require.NoError(t, s.serve(strings.NewReader(strings.Join(lines, "\n\n")+"\n"), &out))
	answers := make(map[int64]response)
	dec := json.NewDecoder(strings.NewReader(out.String()))
	for {
		var r response
		err := dec.Decode(&r)
		if err == io.EOF {
			return answers
		}
		require.NoError(t, err)
		answers[r.ID] = r
	}
}

func line(r request) string {
	text, _ := json.Marshal(r)
	return string(text)
}

// What is put is there, what is shared as well, and nothing else.
func TestServer(t *testing.T) {
	s := &server{own: t.TempDir(), shared: t.TempDir()}
	require.NoError(t, os.Mkdir(filepath.Join(s.shared, "ab"), 0o700))
	require.NoError(t, os.Mkdir(filepath.Join(s.shared, "cd"), 0o700))
	at := time.Unix(1, 2)
	require.NoError(t, os.WriteFile(filepath.Join(s.shared, "ab", "ab01-a"),
		fmt.Appendf(nil, "v1 ab01 cd02 %20d %20d\n", 5, at.UnixNano()), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(s.shared, "cd", "cd02-d"), []byte("built"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(s.shared, "ab", "ab03-a"), []byte("v2 of another form"), 0o600))

	body := base64.StdEncoding.EncodeToString([]byte("mine"))
	got := talk(t, s,
		line(request{ID: 1, Command: "get", ActionID: []byte{0xab, 1}}),
		line(request{ID: 2, Command: "get", ActionID: []byte{0xab, 2}}),
		line(request{ID: 3, Command: "get", ActionID: []byte{0xab, 3}}),
		line(request{ID: 4, Command: "put", ActionID: []byte{0xab, 2}, OutputID: []byte{7}, BodySize: 4}), `"`+body+`"`,
		line(request{ID: 5, Command: "put", ActionID: []byte{0xab, 4}, OutputID: []byte{8}}),
		line(request{ID: 6, Command: "get", ActionID: []byte{0xab, 2}}),
		line(request{ID: 7, Command: "get", ActionID: []byte{0xab, 4}}),
		line(request{ID: 8, Command: "guess"}),
		line(request{ID: 9, Command: "close"}))
	require.Equal(t, []string{"get", "put", "close"}, got[0].KnownCommands)
	require.Equal(t, filepath.Join(s.shared, "cd", "cd02-d"), got[1].DiskPath)
	require.Equal(t, []byte{0xcd, 2}, got[1].OutputID)
	require.Equal(t, int64(5), got[1].Size)
	require.True(t, got[1].Time.Equal(at))
	require.True(t, got[2].Miss)
	require.True(t, got[3].Miss)
	text, err := os.ReadFile(got[6].DiskPath)
	require.NoError(t, err)
	require.Equal(t, "mine", string(text))
	require.False(t, got[7].Miss, "what is empty is there, too")
	require.NotEmpty(t, got[8].Err)
	require.Contains(t, got, int64(9))
}

// The go command builds with it: what it makes is in its own directory alone, and is found again there.
func TestProgram_WithTheGoCommand(t *testing.T) {
	dir, own := t.TempDir(), filepath.Join(t.TempDir(), "o wn")
	require.NoError(t, os.Mkdir(own, 0o700))
	unique := fmt.Sprintf("package main\n\nimport \"os\"\n\nfunc main() { os.Exit(%d) }\n", 1+os.Getpid()%100)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(unique), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/unique\n\ngo 1.26\n"),
		0o600))
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	shared := strings.TrimSpace(string(out))
	program, err := Program(own, shared)
	require.NoError(t, err)
	build := func() {
		cmd := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "out"), ".")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOCACHEPROG="+program, "GOWORK=off", "GOFLAGS=", "CGO_ENABLED=0")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	build()
	made, err := filepath.Glob(filepath.Join(own, "*-a"))
	require.NoError(t, err)
	require.NotEmpty(t, made)
	for _, entry := range made {
		name := filepath.Base(entry)
		require.NoFileExists(t, filepath.Join(shared, name[:2], name))
	}
	build()
	again, err := filepath.Glob(filepath.Join(own, "*-a"))
	require.NoError(t, err)
	require.Equal(t, made, again, "nothing is made twice")
}

func TestProgram_OddPaths(t *testing.T) {
	_, err := Program(`/a'b"c`, "/cache")
	require.Error(t, err)
	word, err := quoted(`a "b"`)
	require.NoError(t, err)
	require.Equal(t, `'a "b"'`, word)
}
