package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"strata/harness/proof/needs"
)

// monitoring is where the files for Prometheus and Grafana are.
func monitoring(name string) string {
	return filepath.Join(home, "../../deploy/monitoring", name)
}

// dashboard is what the tests look at of Grafana's file.
type dashboard struct {
	Panels []struct {
		Title   string
		Targets []struct{ Expr string }
	}
}

// expressions are those of the dashboard, with a node in the place of its variable.
func expressions(t *testing.T) (all []string) {
	t.Helper()
	text, err := os.ReadFile(monitoring("dashboard.json"))
	require.NoError(t, err)
	var d dashboard
	require.NoError(t, json.Unmarshal(text, &d))
	for _, p := range d.Panels {
		require.NotEmpty(t, p.Targets, p.Title)
		for _, target := range p.Targets {
			all = append(all, strings.ReplaceAll(target.Expr, "$instance", ".*"))
		}
	}
	return all
}

// rules are those of rules.yaml.
type rules struct {
	Groups []struct {
		Name  string
		Rules []struct{ Record, Alert, Expr string }
	}
}

func readRules(t *testing.T) (r rules) {
	t.Helper()
	text, err := os.ReadFile(monitoring("rules.yaml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &r))
	return r
}

const prometheusHint = "apt-get install prometheus"

// Promtool takes the rules, their own tests, and the configuration; and every expression of the dashboard, as if
// it was a rule.
func TestMonitoring_PromtoolAccepts_NeedsPrometheus(t *testing.T) {
	promtool := needs.Program(t, prometheusHint, "promtool")
	text := "groups:\n- name: dashboard\n  rules:\n"
	for i, expr := range expressions(t) {
		quoted, err := json.Marshal(expr)
		require.NoError(t, err)
		text += fmt.Sprintf("  - record: panel:%d\n    expr: %s\n", i, quoted)
	}
	panels := filepath.Join(t.TempDir(), "panels.yaml")
	require.NoError(t, os.WriteFile(panels, []byte(text), 0o600))
	for _, args := range [][]string{
		{"check", "rules", monitoring("rules.yaml"), panels},
		{"test", "rules", monitoring("rules_test.yaml")},
		{"check", "config", "--syntax-only", monitoring("prometheus.yaml")},
	} {
		out, err := exec.CommandContext(t.Context(), promtool, args...).CombinedOutput()
		require.NoError(t, err, "promtool %s\n%s", strings.Join(args, " "), out)
	}
}

var seriesName = regexp.MustCompile(`\b(?:strata|process|go)[_:][a-z0-9_:]+\b`)

// Every series that the rules and the dashboard name is served by a node, or recorded by a rule.
func TestMonitoring_EverySeriesIsServed(t *testing.T) {
	t.Chdir(t.TempDir())
	d := start(t, "-data", "data", "-difficulty", "3")
	_, figures := d.request("GET", "/metrics", "")
	served := map[string]bool{}
	for line := range strings.Lines(figures) {
		if name := seriesName.FindString(line); name != "" && !strings.HasPrefix(line, "#") {
			served[name] = true
		}
	}
	var named []string
	for _, g := range readRules(t).Groups {
		for _, r := range g.Rules {
			if r.Record != "" {
				served[r.Record] = true
			}
			named = append(named, r.Expr)
		}
	}
	for _, expr := range append(named, expressions(t)...) {
		for _, name := range seriesName.FindAllString(expr, -1) {
			require.True(t, served[name], "%s, of %s; there are %v", name, expr, slices.Sorted(maps.Keys(served)))
		}
	}
	d.stop()
}

// prom is a Prometheus that runs on loopback.
type prom struct {
	t   *testing.T
	url string
}

// ask asks its API until the answer is as wanted.
func (p prom) ask(path string, into any, right func() bool) {
	p.t.Helper()
	require.Eventually(p.t, func() bool {
		a, err := http.Get(p.url + path)
		if err != nil {
			return false
		}
		defer a.Body.Close()
		text, err := io.ReadAll(a.Body)
		return err == nil && a.StatusCode == http.StatusOK && json.Unmarshal(text, into) == nil && right()
	}, patience, 100*time.Millisecond, path)
}

// H7: Prometheus scrapes a node by its name, evaluates every rule, and has data for what the dashboard draws; when
// the node ends, that is an alert. `make monitor` runs this.
func TestMonitor_PrometheusWatchesANode_NeedsPrometheus(t *testing.T) {
	prometheus := needs.Program(t, prometheusHint, "prometheus")
	dir := t.TempDir()
	t.Chdir(dir)
	d := start(t, "-data", "data", "-difficulty", "3", "-mine", "-coinbase", strings.Repeat("ab", 32), "-alone")
	at := strings.TrimPrefix(d.url, "http://")
	_, port, _ := strings.Cut(at, ":")

	text, err := os.ReadFile(monitoring("prometheus.yaml"))
	require.NoError(t, err)
	config := regexp.MustCompile(`targets: \[.*\]`).ReplaceAllString(string(text), `targets: ["localhost:`+port+`"]`)
	config = strings.ReplaceAll(config, "interval: 10s", "interval: 1s")
	config = strings.ReplaceAll(config, "rules.yaml", monitoring("rules.yaml"))
	require.NoError(t, os.WriteFile("prometheus.yaml", []byte(config), 0o600))
	listen := free(t)
	cmd := exec.Command(prometheus, "--config.file=prometheus.yaml", "--storage.tsdb.path=tsdb", "--web.listen-address="+listen)
	var log strings.Builder
	cmd.Stderr = &log
	require.NoError(t, cmd.Start())
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	}()
	p := prom{t, "http://" + listen}

	var targets struct {
		Data struct {
			ActiveTargets []struct{ Health, LastError string }
		}
	}
	p.ask("/api/v1/targets", &targets, func() bool {
		return len(targets.Data.ActiveTargets) == 1 && targets.Data.ActiveTargets[0].Health == "up"
	})
	want := 0
	for _, g := range readRules(t).Groups {
		want += len(g.Rules)
	}
	var evaluated struct {
		Data struct {
			Groups []struct {
				Rules []struct{ Name, Health, LastError, State string }
			}
		}
	}
	p.ask("/api/v1/rules", &evaluated, func() bool {
		ok := 0
		for _, g := range evaluated.Data.Groups {
			for _, r := range g.Rules {
				if r.Health == "ok" {
					ok++
				}
			}
		}
		return ok == want
	})
	var answer struct {
		Data struct{ Result []any }
	}
	for _, expr := range expressions(t) {
		p.ask("/api/v1/query?query="+url.QueryEscape(expr), &answer, func() bool { return len(answer.Data.Result) > 0 })
	}
	d.stop()
	p.ask("/api/v1/rules?type=alert", &evaluated, func() bool {
		for _, g := range evaluated.Data.Groups {
			for _, r := range g.Rules {
				if r.Name == "StrataNodeDown" && r.State != "inactive" {
					return true
				}
			}
		}
		return false
	})
}
