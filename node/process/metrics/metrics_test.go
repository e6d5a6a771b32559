package metrics_test

import (
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/metrics"
)

func TestPage_Text(t *testing.T) {
	var p metrics.Page
	p.Gauge("a", "What\nis \\ it", 1.5)
	p.Begin(metrics.KindCounter, "b_total", "By way.")
	p.Sample("b_total", 3, "way", "in", "who", "a\"b\\c\nd")
	p.Gauge("c", "Odd values.", math.Inf(1))
	p.Gauge("d", "Large.", 12345678901)
	require.Equal(t, `# HELP a What\nis \\ it
# TYPE a gauge
a 1.5
# HELP b_total By way.
# TYPE b_total counter
b_total{way="in",who="a\"b\\c\nd"} 3
# HELP c Odd values.
# TYPE c gauge
c +Inf
# HELP d Large.
# TYPE d gauge
d 1.2345678901e+10
`, string(p.Bytes()))
}

// Buckets are cumulative and hold their bounds; the last is the count.
func TestSet_HistogramsAndFamilies(t *testing.T) {
	s := metrics.NewSet()
	in := s.Counter("b_total", "By way.", "way", "in")
	h := s.Histogram("h_seconds", "How long.", []float64{0.1, 1})
	out := s.Counter("b_total", "ignored", "way", "out")
	in.Inc()
	out.Add(5)
	for _, v := range []float64{0.1, 0.2, 1, 7, math.NaN()} {
		h.Observe(v)
	}
	var p metrics.Page
	s.Write(&p)
	require.Equal(t, `# HELP b_total By way.
# TYPE b_total counter
b_total{way="in"} 1
b_total{way="out"} 5
# HELP h_seconds How long.
# TYPE h_seconds histogram
h_seconds_bucket{le="0.1"} 1
h_seconds_bucket{le="1"} 3
h_seconds_bucket{le="+Inf"} 4
h_seconds_sum 8.3
h_seconds_count 4
`, string(p.Bytes()))
}

func TestSet_ManyGoroutines(t *testing.T) {
	s := metrics.NewSet()
	c, h := s.Counter("c_total", "C."), s.Histogram("h", "H.", metrics.Seconds())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				c.Inc()
				h.Observe(0.002)
				var p metrics.Page
				s.Write(&p)
			}
		})
	}
	all.Wait()
	var p metrics.Page
	s.Write(&p)
	require.Equal(t, uint64(8000), c.Value())
	require.Contains(t, string(p.Bytes()), "h_count 8000\n")
	require.Contains(t, string(p.Bytes()), `h_bucket{le="0.001"} 0`)
	require.Contains(t, string(p.Bytes()), `h_bucket{le="0.0025"} 8000`)
}

func TestWriteProcess_HasTheUsualNames(t *testing.T) {
	var p metrics.Page
	metrics.WriteProcess(&p)
	for _, name := range []string{"go_goroutines", "go_gc_cycles_total", "go_info{version=", "process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds"} {
		require.Contains(t, string(p.Bytes()), "\n"+name)
	}
}
