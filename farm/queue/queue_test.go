package queue

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/farm"
)

// A process of the test is told by these what it is.
const (
	roleIs = "STRATA_FARM_ROLE" // server or worker
	atIs   = "STRATA_FARM_AT"
	dirIs  = "STRATA_FARM_DIR"
)

// quick is for tests: nobody waits half a minute for a worker that was killed.
var quick = Options{Lease: 600 * time.Millisecond, Tries: 30}

func TestMain(m *testing.M) {
	at := os.Getenv(atIs)
	switch os.Getenv(roleIs) {
	case "server":
		if err := Serve(context.Background(), os.Getenv(dirIs), at, func(string) {}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "worker":
		for {
			l, err := Dial("nats://"+at, "test", quick)
			if err != nil {
				continue
			}
			_ = l.Work(context.Background(), stub)
		}
	}
	os.Exit(m.Run())
}

// stub takes 50 ms for a job, which is its own name.
func stub(_ context.Context, job []byte) (Done, error) {
	time.Sleep(50 * time.Millisecond)
	return Done{Result: append([]byte("done "), job...), Beside: []byte(fmt.Sprint(os.Getpid()))}, nil
}

func jobs(n int) (all []Job) {
	for i := range n {
		name := fmt.Sprint("job ", i)
		all = append(all, Job{farm.KeyOf([]byte(name)), name, []byte(name)})
	}
	return all
}

// free is an address that nobody listens at.
func free(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

func store(t *testing.T) *farm.Store {
	s, err := farm.Open(t.TempDir())
	require.NoError(t, err)
	return s
}

// linked is a server in this process and a link to it.
func linked(t *testing.T, opt Options) *Link {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	url, over := make(chan string, 1), make(chan error, 1)
	go func() { over <- Serve(ctx, t.TempDir(), "127.0.0.1:0", func(at string) { url <- at }) }()
	l, err := Dial(<-url, "test", opt)
	require.NoError(t, err)
	t.Cleanup(func() {
		l.Close()
		cancel()
		require.NoError(t, <-over)
	})
	return l
}

// cast is processes that are killed and begun again.
type cast struct {
	t     *testing.T
	at    string
	dir   string
	parts []*exec.Cmd
}

func (c *cast) begin(i int) {
	self, err := os.Executable()
	require.NoError(c.t, err)
	role := "worker"
	if i == 0 {
		role = "server"
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), roleIs+"="+role, atIs+"="+c.at, dirIs+"="+c.dir)
	cmd.Stderr = os.Stderr
	require.NoError(c.t, cmd.Start())
	c.parts[i] = cmd
}

func (c *cast) kill(i int) {
	_ = c.parts[i].Process.Kill() // it may be gone
	_ = c.parts[i].Wait()
}

// 200 jobs of 50 ms, while the server and the workers are killed again and again: nothing is lost, nothing is doubled.
func TestCollect_WhileAllAreKilled(t *testing.T) {
	c := &cast{t: t, at: free(t), dir: t.TempDir(), parts: make([]*exec.Cmd, 5)}
	for i := range c.parts {
		c.begin(i)
		defer func() { c.kill(i) }()
	}
	var l *Link
	for l == nil {
		l, _ = Dial("nats://"+c.at, "test", quick)
	}
	defer l.Close()
	draw := rand.New(rand.NewPCG(1, 2))
	s, all, killed := store(t), jobs(200), 0
	beside := make(map[farm.Key]int)
	done, err := l.Collect(t.Context(), To{Store: s,
		Beside: func(k farm.Key, _ []byte) error { beside[k]++; return nil },
		Progress: func(p farm.Progress) {
			if p.Done%15 == 0 && killed < 12 {
				i := draw.IntN(len(c.parts))
				if killed%4 == 3 {
					i = 0
				}
				killed++
				c.kill(i)
				c.begin(i)
			}
		}}, all)
	require.NoError(t, err)
	require.Empty(t, done.Poisoned)
	require.Empty(t, done.Differ)
	require.Equal(t, 200, done.Done)
	require.Equal(t, 12, killed)
	keys, err := s.Keys()
	require.NoError(t, err)
	require.Len(t, keys, 200)
	for _, j := range all {
		result, ok, err := s.Get(j.Key)
		require.NoError(t, err)
		require.True(t, ok, j.Name)
		require.Equal(t, "done "+j.Name, string(result))
		require.Equal(t, 1, beside[j.Key], j.Name)
	}
	again, err := l.Collect(t.Context(), To{Store: s}, all)
	require.NoError(t, err)
	require.Equal(t, 200, again.Known)
}

// A job that always fails, or panics, is told after so many tries, and the others are done.
func TestCollect_TellsOfPoisonedJobs(t *testing.T) {
	l := linked(t, Options{Lease: 10 * time.Second, Tries: 2}) // nobody is killed: no lease ends, however slow the machine is
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var tries sync.Map
	go func() {
		_ = l.Work(ctx, func(ctx context.Context, job []byte) (Done, error) {
			n, _ := tries.LoadOrStore(string(job), new(int))
			*n.(*int)++
			switch string(job) {
			case "job 1":
				return Done{}, errors.New("no room")
			case "job 2":
				panic("two")
			}
			return stub(ctx, job)
		})
	}()
	all := jobs(5)
	all = append(all, Job{farm.KeyOf([]byte("big")), "big", make([]byte, MaxJob+1)})
	done, err := l.Collect(t.Context(), To{Store: store(t)}, all)
	require.NoError(t, err)
	require.Equal(t, 3, done.Done)
	var told []string
	for _, p := range done.Poisoned {
		told = append(told, p.Error())
	}
	text := strings.Join(told, "\n")
	require.Len(t, told, 3)
	require.Contains(t, text, "job 1: no room")
	require.Contains(t, text, "job 2: panic: two")
	require.Contains(t, text, "big: has 8388609 bytes")
}

// A worker of another version leaves all jobs to the others.
func TestWork_OfAnotherVersion(t *testing.T) {
	l := linked(t, Options{Lease: 200 * time.Millisecond, Tries: 2})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	refused := make(chan struct{}, 1000)
	go func() {
		_ = l.Work(ctx, func(context.Context, []byte) (Done, error) {
			refused <- struct{}{}
			return Done{}, ErrOther
		})
	}()
	go func() {
		<-refused
		_ = l.Work(ctx, stub)
	}()
	done, err := l.Collect(t.Context(), To{Store: store(t)}, jobs(6))
	require.NoError(t, err)
	require.Equal(t, 6, done.Done)
	require.Empty(t, done.Poisoned)
}

// Where nobody serves, and where nobody can, is told with what to do.
func TestDialAndServe_Refusals(t *testing.T) {
	_, err := Dial("nats://"+free(t), "test", Options{})
	require.ErrorContains(t, err, "is strata-farm serve running there?")
	require.ErrorContains(t, Serve(t.Context(), t.TempDir(), "nowhere", nil), "want HOST:PORT")
	require.ErrorContains(t, Serve(t.Context(), t.TempDir(), "host:port", nil), "want a number")
}
