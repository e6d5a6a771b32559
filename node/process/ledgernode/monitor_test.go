package ledgernode

import (
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

const prometheusHint = "apt-get install prometheus"

// monitoring is where the files for Prometheus and Grafana are that watch validators.
func monitoring(t *testing.T, name string) (path, text string) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../../deploy/monitoring/validators", name))
	require.NoError(t, err)
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return path, string(b)
}

// panels are the expressions of the dashboard, with any node in the place of its variable.
func panels(t *testing.T) (all []string) {
	_, text := monitoring(t, "dashboard.json")
	var d struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	require.NoError(t, json.Unmarshal([]byte(text), &d))
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			all = append(all, strings.ReplaceAll(target.Expr, "$instance", ".*"))
		}
	}
	require.Greater(t, len(all), 20)
	return all
}

// Promtool takes the rules, their own tests, the configuration, and every expression of the dashboard.
func TestValidatorsMonitoring_PromtoolAccepts_Z39_Z40_Z42_NeedsPrometheus(t *testing.T) {
	promtool := needs.Program(t, prometheusHint, "promtool")
	text := "groups:\n- name: dashboard\n  rules:\n"
	for i, expr := range panels(t) {
		text += fmt.Sprintf("  - record: panel:%d\n    expr: %q\n", i, expr)
	}
	file := filepath.Join(t.TempDir(), "panels.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	rules, _ := monitoring(t, "rules.yaml")
	tests, _ := monitoring(t, "rules_test.yaml")
	config, _ := monitoring(t, "prometheus.yaml")
	for _, args := range [][]string{
		{"check", "rules", rules, file}, {"test", "rules", tests}, {"check", "config", "--syntax-only", config},
	} {
		out, err := exec.CommandContext(t.Context(), promtool, args...).CombinedOutput()
		require.NoError(t, err, "promtool %s\n%s", strings.Join(args, " "), out)
	}
}

var (
	seriesName = regexp.MustCompile(`\bstrata[_:][a-z0-9_:]+\b`)
	recorded   = regexp.MustCompile(`record: (\S+)`)
)

// Every series that the rules and the dashboard name is served by a node, or recorded by a rule.
func TestValidatorsMonitoring_EverySeriesIsServed_Z41(t *testing.T) {
	r := newValidators(t, 1)
	api := r.serve(r.run(0))
	_, err := api.Submit(t.Context(), nil, maxWait)
	require.Error(t, err, "so that there is a rejection to serve")
	served := map[string]bool{}
	for _, name := range seriesName.FindAllString(get(t, api.URL+"/metrics", 200), -1) {
		served[name] = true
	}
	_, rules := monitoring(t, "rules.yaml")
	for _, match := range recorded.FindAllStringSubmatch(rules, -1) {
		served[match[1]] = true
	}
	for _, text := range append(panels(t), rules) {
		for _, name := range seriesName.FindAllString(text, -1) {
			require.True(t, served[name], "%s is none of %v", name, slices.Sorted(maps.Keys(served)))
		}
	}
}

// Prometheus scrapes a node, evaluates every rule, and raises an alert when the node is gone. `make monitor` runs this.
func TestMonitor_PrometheusWatchesAValidator_NeedsPrometheus(t *testing.T) {
	prometheus := needs.Program(t, prometheusHint, "prometheus")
	r := newValidators(t, 1)
	node := r.run(0)
	api := r.serve(node)
	rules, text := monitoring(t, "rules.yaml")
	_, config := monitoring(t, "prometheus.yaml")
	config = strings.NewReplacer("127.0.0.1:11180", strings.TrimPrefix(api.URL, "http://"), "interval: 10s", "interval: 1s",
		"rules.yaml", rules).Replace(config)
	file := filepath.Join(t.TempDir(), "prometheus.yaml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	listen := l.Addr().String()
	require.NoError(t, l.Close())
	cmd := exec.CommandContext(t.Context(), prometheus, "--config.file="+file, "--storage.tsdb.path="+t.TempDir(), "--web.listen-address="+listen)
	require.NoError(t, cmd.Start())
	defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }()
	var answer struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, State string }
			}
		}
	}
	until := func(right func() bool) {
		t.Helper()
		require.Eventually(t, func() bool {
			a, err := http.Get("http://" + listen + "/api/v1/rules")
			if err != nil {
				return false
			}
			defer a.Body.Close()
			return json.NewDecoder(a.Body).Decode(&answer) == nil && right()
		}, patience, 100*time.Millisecond)
	}
	until(func() bool {
		ok := 0
		for _, g := range answer.Data.Groups {
			for _, rule := range g.Rules {
				if rule.Health == "ok" {
					ok++
				}
			}
		}
		return ok == strings.Count(text, "- record: ")+strings.Count(text, "- alert: ")
	})
	require.NoError(t, node.Stop())
	until(func() bool {
		for _, g := range answer.Data.Groups {
			for _, rule := range g.Rules {
				if rule.Name == "StrataValidatorDown" && rule.State != "inactive" {
					return true
				}
			}
		}
		return false
	})
}
