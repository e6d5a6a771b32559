package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"strata/node/process/tcphost"
)

// compose is what the tests look at in compose.yaml.
type compose struct {
	Services map[string]struct {
		Environment map[string]string
		Ports       []string
		Volumes     []string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
		SecurityOpt []string `yaml:"security_opt"`
		Build       struct{ Context, Dockerfile string }
	}
	Volumes map[string]any
}

func readCompose(t *testing.T) (c compose) {
	t.Helper()
	text, _ := deployed(t, "compose.yaml")
	require.NoError(t, yaml.Unmarshal([]byte(text), &c))
	require.Len(t, c.Services, 5)
	return c
}

// Five nodes, each shut in, with a volume and a port of its own that only this machine reaches.
func TestCompose_IsWhatItSays(t *testing.T) {
	c := readCompose(t)
	image := imageSettings(t)
	mining := 0
	for name, s := range c.Services {
		require.Regexp(t, `^node[1-5]$`, name)
		require.Equal(t, name+":11120", s.Environment["STRATA_ADVERTISE"])
		require.Equal(t, []string{"127.0.0.1:1118" + name[4:] + ":11180"}, s.Ports)
		require.Equal(t, []string{name + ":/data"}, s.Volumes)
		require.Contains(t, c.Volumes, name)
		require.Equal(t, name, s.Environment["STRATA_API_NAMES"], "by which Prometheus scrapes it (H7)")
		require.True(t, s.ReadOnly)
		require.Equal(t, []string{"ALL"}, s.CapDrop)
		require.Equal(t, []string{"no-new-privileges:true"}, s.SecurityOpt)
		require.FileExists(t, filepath.Join(home, "../../deploy/node", s.Build.Context, s.Build.Dockerfile))
		env := maps.Clone(image)
		maps.Copy(env, s.Environment)
		if env["STRATA_MINE"] == "true" {
			mining++
			require.Regexp(t, `^\$\{STRATA_COINBASE:\?[^}]+\}$`, env["STRATA_COINBASE"])
			env["STRATA_COINBASE"] = strings.Repeat("ab", 32)
		}
		requireSettings(t, env)
	}
	require.Equal(t, 1, mining)
}

// The five nodes with these settings find one another and agree, here on loopback: for each name stands
// an address. The first is started last: until then nobody can reach it.
func TestCompose_ItsNodesAgree(t *testing.T) {
	c := readCompose(t)
	t.Chdir(t.TempDir())
	path, err := binary()
	require.NoError(t, err)
	addrs, err := tcphost.LoopbackAddrs(5)
	require.NoError(t, err)
	var here []string // pairs for a Replacer
	for i, a := range addrs {
		here = append(here, "node"+strconv.Itoa(i+1)+":11120", string(a))
	}
	var nodes []*child
	for i := 5; i >= 1; i-- {
		name := "node" + strconv.Itoa(i)
		cmd := exec.Command(path)
		cmd.Env = append(os.Environ(), "STRATA_DATA="+name, "STRATA_LISTEN="+string(addrs[i-1]), "STRATA_API=127.0.0.1:0")
		for k, v := range c.Services[name].Environment {
			if k == "STRATA_COINBASE" {
				v = strings.Repeat("ab", 32)
			}
			cmd.Env = append(cmd.Env, k+"="+strings.NewReplacer(here...).Replace(v))
		}
		cmd.Env = append(cmd.Env, "STRATA_DIFFICULTY=5") // tests are in a hurry
		nodes = append(nodes, launch(t, cmd))
	}
	for _, d := range nodes {
		d.waitPeers(4)
	}
	miner := nodes[4].waitStatus(func(s status) bool { return s.Height >= 3 })
	for _, d := range nodes {
		d.waitStatus(func(s status) bool { return s.Height >= miner.Height })
	}
	for _, d := range nodes {
		d.stop()
	}
}
