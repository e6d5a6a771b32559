package board

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/class"
	"strata/harness/class/intake"
	"strata/harness/grade/report"
)

func ask(t *testing.T, b *Board, method, host, path string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

// The page follows a class while somebody else grades it.
func TestBoard_FollowsAClass(t *testing.T) {
	dir := t.TempDir()
	var handins []intake.Handin
	for _, name := range []string{"amy", "bob", "<script>"} {
		handins = append(handins, intake.Handin{Student: intake.Student{Name: name}, Key: name, Digest: name, Dir: name})
	}
	handins = append(handins, intake.Handin{Student: intake.Student{Name: "dan"}, Problem: "is empty"})
	f, err := class.Begin(dir, class.List{Handins: handins})
	require.NoError(t, err)
	now := time.Unix(1000, 0)
	b := &Board{Dir: dir, Now: func() time.Time { return now }}
	s, err := b.State()
	require.NoError(t, err)
	require.Equal(t, []int{4, 0, 3}, []int{s.Total, s.Graded, s.Missing})
	require.Empty(t, s.Left)

	ctx, cancel := context.WithCancel(t.Context())
	_, err = f.Grade(ctx, class.Options{Workers: 1, Grader: func(context.Context, string) (report.Report, error) {
		cancel()
		return report.Report{Elapsed: 2 * time.Second, Steps: []report.Step{
			{ID: "gossip.1", Layer: "gossip", Status: report.Passed, Of: 4},
		}}, nil
	}})
	require.ErrorIs(t, err, context.Canceled)
	now = now.Add(30 * time.Second)
	var state State
	require.NoError(t, json.Unmarshal(ask(t, b, http.MethodGet, "127.0.0.1:8000", "/state").Body.Bytes(), &state))
	require.Equal(t, []int{4, 1, 2}, []int{state.Total, state.Graded, state.Missing})
	require.Equal(t, "1m0s", state.Left)
	require.Len(t, state.Slowest, 1)
	require.Equal(t, 1, state.Spread[10])
	require.Equal(t, "is empty", state.Standings[3].Remarks)
}

// It is for this machine's browser alone, can only be read, and runs nothing but its own script.
func TestBoard_Doors(t *testing.T) {
	b := &Board{Dir: t.TempDir()}
	for _, host := range []string{"127.0.0.1:9", "localhost:9", "[::1]:9"} {
		w := ask(t, b, http.MethodGet, host, "/")
		require.Equal(t, http.StatusOK, w.Code)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "script-src 'sha256-")
		require.Equal(t, 1, strings.Count(w.Body.String(), "<script>"))
		require.NotContains(t, w.Body.String(), "{{")
	}
	for _, host := range []string{"evil.example", "127.0.0.1.evil.example:9", ""} {
		require.Equal(t, http.StatusForbidden, ask(t, b, http.MethodGet, host, "/state").Code, host)
	}
	require.Equal(t, http.StatusMethodNotAllowed, ask(t, b, http.MethodPost, "localhost", "/state").Code)
	require.Equal(t, http.StatusNotFound, ask(t, b, http.MethodGet, "localhost", "/class.json").Code)
	w := ask(t, b, http.MethodGet, "localhost", "/state")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, w.Body.String(), "is no folder that strata class grade has made")
	require.NoError(t, os.WriteFile(filepath.Join(b.Dir, "class.json"), []byte("{"), 0o600))
	require.Contains(t, ask(t, b, http.MethodGet, "localhost", "/state").Body.String(), "run strata class grade again")
}
