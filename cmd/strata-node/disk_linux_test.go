package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// smallDisk is a file system of its own, of that many bytes, mounted until the test ends. Whoever may
// not mount skips.
func smallDisk(t *testing.T, options string) (dir string, remount func(options string)) {
	t.Helper()
	dir = t.TempDir()
	needs.Rights(t, "mount a small file system", syscall.Mount("none", dir, "tmpfs", 0, options))
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir, func(options string) {
		t.Helper()
		require.NoError(t, syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT, options))
	}
}

// A node whose disk is full ends and says so, and comes back with every block that it had told of.
func TestDiskFull_EndsAndLosesNothing_NeedsRoot(t *testing.T) {
	dir, remount := smallDisk(t, "size=1m")
	t.Chdir(dir)
	args := []string{"-data", "data", "-difficulty", "2", "-mine", "-coinbase", strings.Repeat("ab", 32)}
	d := start(t, args...)
	text, tip := d.ended(2)
	require.Contains(t, text, "the node stopped, since its disk is full: ")
	require.Contains(t, text, "no space left on device; nothing is lost: make room and start it again")
	require.NotContains(t, text, "\n", "once is enough")
	require.Positive(t, tip)

	remount("size=16m")
	d = start(t, "-data", "data", "-difficulty", "2")
	require.GreaterOrEqual(t, d.height(), tip)
	d.stop()
}

// G7: what the API took before the disk was full is on the chain afterwards, or is announced again.
func TestDiskFull_WhatItTookIsThere_G7_NeedsRoot(t *testing.T) {
	dir, remount := smallDisk(t, "size=1m")
	t.Chdir(dir)
	args := []string{"-data", "data", "-difficulty", "2", "-coinbase", payerKey().String()}
	d := start(t, append(args, "-mine")...)
	d.waitStatus(func(s status) bool { return s.Height >= 1 })
	token, taken, answer := d.token(), uint64(0), 0
	for answer = -1; answer != 0; { // until the node has gone
		if answer = d.hands(t.Context(), payment(taken), token); answer == http.StatusAccepted {
			taken++
		}
	}
	d.ended(2)
	require.Positive(t, taken)

	remount("size=16m")
	d = start(t, args...)
	_, account := d.request("GET", "/v1/accounts/"+payerKey().String(), "")
	var on struct {
		Nonce uint64 `json:"nonce,string"`
	}
	require.NoError(t, json.Unmarshal([]byte(account), &on), account)
	_, pool := d.request("GET", "/v1/mempool", "")
	for nonce := on.Nonce; nonce < taken; nonce++ {
		require.Contains(t, pool, payment(nonce).ID().String())
	}
	d.stop()
}

// What cannot be written from the start is an error before anything runs.
func TestDiskReadOnly_NeedsRoot(t *testing.T) {
	dir, _ := smallDisk(t, "size=16m")
	t.Chdir(dir)
	start(t, "-data", "data", "-difficulty", "3").stop()
	require.NoError(t, syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""))
	for _, data := range []string{"data", "other"} {
		require.Regexp(t, `^data directory `+data+`: .*read-only file system$`, refused(t, "-data", data, "-difficulty", "3"))
	}
	_, err := os.Stat(filepath.Join(dir, "other"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
