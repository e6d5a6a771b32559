package api_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/api"
)

// What the node serves as its description is openapi.json: `go generate ./node/process/api` makes it so. A browser that
// has it gets it once (H14).
func TestDescription_IsTheFile_H14(t *testing.T) {
	want, err := os.ReadFile("openapi.json")
	require.NoError(t, err)
	r := newRig(t, api.Config{})
	plain := r.request("GET", "/v1/openapi.json", "", "Accept-Encoding", "identity")
	got, err := io.ReadAll(plain.Body)
	plain.Body.Close()
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run go generate ./node/process/api")
	require.Equal(t, "application/json", plain.Header.Get("Content-Type"))

	packed := r.request("GET", "/v1/openapi.json", "", "Accept-Encoding", "gzip")
	require.Equal(t, "gzip", packed.Header.Get("Content-Encoding"))
	z, err := gzip.NewReader(packed.Body)
	require.NoError(t, err)
	got, err = io.ReadAll(z)
	packed.Body.Close()
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))

	again := r.request("GET", "/v1/openapi.json", "", "Accept-Encoding", "gzip", "If-None-Match", packed.Header.Get("ETag"))
	again.Body.Close()
	require.Equal(t, http.StatusNotModified, again.StatusCode)
}
