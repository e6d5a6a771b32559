// Package buildcache keeps what the go command builds of one submission out of the user's cache. It is a
// program for GOCACHEPROG. It finds what it is asked for in a directory of that submission's, or in the
// user's cache, which it only reads. It puts what is new into the submission's directory. So a class leaves
// nothing behind, and no submission has to build what all have in common.
//
// Source of the protocol: cmd/go/internal/cacheprog, of the cache's files: cmd/go/internal/cache.
package buildcache

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"strata/harness/sandbox"
)

// taskName is what this executable is started for.
const taskName = "buildcache"

var _ = sandbox.Task(taskName, func() int {
	if len(os.Args) < 4 {
		return 2
	}
	s := &server{own: os.Args[2], shared: os.Args[3]}
	if s.serve(os.Stdin, os.Stdout) != nil {
		return 1
	}
	return 0
})

// Program is the value of GOCACHEPROG for a cache in the directory own, which has to be there, beside the one
// in shared.
func Program(own, shared string) (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("buildcache: %w", err)
	}
	words := []string{path, sandbox.TaskWord(taskName), own, shared}
	for i, word := range words {
		if words[i], err = quoted(word); err != nil {
			return "", err
		}
	}
	return strings.Join(words, " "), nil
}

// quoted is a word as the go command splits such values: quotes of either kind, and no escapes.
func quoted(word string) (string, error) {
	switch {
	case !strings.ContainsAny(word, "'\" \t\n\r"):
		return word, nil
	case !strings.Contains(word, "'"):
		return "'" + word + "'", nil
	case !strings.Contains(word, `"`):
		return `"` + word + `"`, nil
	}
	return "", fmt.Errorf("buildcache: %q has both kinds of quotes", word)
}

// request and response are those of the protocol.
type request struct {
	ID       int64
	Command  string
	ActionID []byte `json:",omitempty"`
	OutputID []byte `json:",omitempty"`
	BodySize int64  `json:",omitempty"`
}

type response struct {
	ID            int64
	Err           string     `json:",omitempty"`
	KnownCommands []string   `json:",omitempty"`
	Miss          bool       `json:",omitempty"`
	OutputID      []byte     `json:",omitempty"`
	Size          int64      `json:",omitempty"`
	Time          *time.Time `json:",omitempty"`
	DiskPath      string     `json:",omitempty"`
}

// server answers the go command.
type server struct{ own, shared string }

// serve answers until there are no more requests.
func (s *server) serve(in io.Reader, out io.Writer) error {
	lines, answers := bufio.NewReader(in), json.NewEncoder(out)
	if err := answers.Encode(response{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var r request
		err := next(lines, &r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		answer, err := s.answer(r, lines)
		if err != nil {
			answer = response{Err: err.Error()}
		}
		answer.ID = r.ID
		if err := answers.Encode(answer); err != nil || r.Command == "close" {
			return err
		}
	}
}

// next reads the next line that is not empty.
func next(lines *bufio.Reader, into any) error {
	for {
		line, err := lines.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			return json.Unmarshal(line, into)
		}
		if err != nil {
			return err
		}
	}
}

func (s *server) answer(r request, body *bufio.Reader) (response, error) {
	switch r.Command {
	case "get":
		return s.get(r.ActionID), nil
	case "put":
		return s.put(r, body)
	case "close":
		return response{}, nil
	}
	return response{}, fmt.Errorf("unknown command %q", r.Command)
}

// get finds what an action has made.
func (s *server) get(action []byte) response {
	if found, err := read(filepath.Join(s.own, name(action, "a")), s.own); err == nil {
		return found
	}
	id := hex.EncodeToString(action)
	if len(id) < 2 {
		return response{Miss: true}
	}
	found, err := read(filepath.Join(s.shared, id[:2], name(action, "a")), s.shared)
	if err != nil {
		return response{Miss: true}
	}
	return found
}

// read reads an entry, "v1 ACTION OUTPUT SIZE TIME", and finds the file of its output below dir.
func read(entry, dir string) (response, error) {
	text, err := os.ReadFile(entry)
	if err != nil {
		return response{}, err
	}
	fields := strings.Fields(string(text))
	if len(fields) != 5 || fields[0] != "v1" || len(fields[2]) < 2 {
		return response{}, errors.New("no entry")
	}
	output, errOutput := hex.DecodeString(fields[2])
	size, errSize := strconv.ParseInt(fields[3], 10, 64)
	nanos, errTime := strconv.ParseInt(fields[4], 10, 64)
	if err := errors.Join(errOutput, errSize, errTime); err != nil {
		return response{}, err
	}
	at := time.Unix(0, nanos)
	for _, file := range []string{filepath.Join(dir, name(output, "d")), filepath.Join(dir, fields[2][:2],
		name(output, "d"))} {
		if info, err := os.Stat(file); err == nil && info.Size() == size {
			return response{OutputID: output, Size: size, Time: &at, DiskPath: file}, nil
		}
	}
	return response{}, os.ErrNotExist
}

// put stores what an action has made. The entry comes last, so that it is never there without its file.
func (s *server) put(r request, body *bufio.Reader) (response, error) {
	var text string
	if r.BodySize > 0 {
		if err := next(body, &text); err != nil {
			return response{}, err
		}
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || int64(len(data)) != r.BodySize {
		return response{}, errors.New("the body is not what was announced")
	}
	file := filepath.Join(s.own, name(r.OutputID, "d"))
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return response{}, err
	}
	entry := fmt.Sprintf("v1 %x %x %d %d\n", r.ActionID, r.OutputID, r.BodySize, time.Now().UnixNano())
	return response{DiskPath: file}, os.WriteFile(filepath.Join(s.own, name(r.ActionID, "a")), []byte(entry), 0o600)
}

// name is the name of an entry or a file.
func name(id []byte, kind string) string { return hex.EncodeToString(id) + "-" + kind }
