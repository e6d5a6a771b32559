package command

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"strata/harness/proof/netns"
)

// fiveMembers are the members of a ledger, each in a namespace of its own: member 0 is in namespace 1.
type fiveMembers struct {
	t     *testing.T
	nets  *netns.Nets
	nodes [5]*program
}

func startFiveMembers(t *testing.T) *fiveMembers {
	f := &fiveMembers{t: t, nets: netns.New(t, 5)}
	s := newSession(t)
	var members []string
	for i := range f.nodes {
		members = append(members, f.nets.IP(i+1)+":11200")
	}
	status, _, errs := s.run(t, "init", "--ledger", "leader", "--member", strings.Join(members, ","), "--out", "net")
	require.Zero(t, status, errs)
	for i := range f.nodes {
		f.start(i)
	}
	return f
}

// start starts a member and waits until it is up.
func (f *fiveMembers) start(member int) {
	f.t.Helper()
	path, err := strataBinary()
	require.NoError(f.t, err)
	p := programOf(f.t, f.nets.Command(member+1, path,
		"node", "--ledger", "leader", "--data", fmt.Sprint("net/", member), "--api", "127.0.0.1:0"))
	p.begin()
	p.next(p.out, "the node is up", func(line string) bool { return strings.Contains(line, " is up: ") })
	p.next(p.out, "its page", func(line string) bool { return strings.Contains(line, "page and API") })
	f.nodes[member] = p
}

// kill ends a member at once.
func (f *fiveMembers) kill(member int) {
	f.t.Helper()
	require.NoError(f.t, f.nodes[member].cmd.Process.Kill())
	<-f.nodes[member].exited
}

// play says lines to a member, and returns what it answers.
func (f *fiveMembers) play(member int, lines ...string) (answer string, err error) {
	f.t.Helper()
	path, err := strataBinary()
	require.NoError(f.t, err)
	cmd := f.nets.Command(member+1, path, "play", "leader", "--data", fmt.Sprint("net/", member))
	cmd.Stdin = strings.NewReader(strings.Join(lines, "\n"))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// write writes a value at a member, and wants it final.
func (f *fiveMembers) write(member int, assignment string) {
	f.t.Helper()
	require.Eventually(f.t, func() bool {
		_, err := f.play(member, assignment)
		return err == nil
	}, patience, 100*time.Millisecond, assignment)
}

var ledBy = regexp.MustCompile(`led by member (\d)`)

// leader is the member that leads, as another knows it.
func (f *fiveMembers) leader(askedAt int) int {
	f.t.Helper()
	out, err := f.play(askedAt, "tip")
	require.NoError(f.t, err, out)
	found := ledBy.FindStringSubmatch(out)
	require.NotNil(f.t, found, out)
	member, err := strconv.Atoi(found[1])
	require.NoError(f.t, err)
	return member
}

// agree waits until all members have one tip, and these values.
func (f *fiveMembers) agree(values map[string]string) {
	f.t.Helper()
	lines := []string{"tip"}
	for key := range values {
		lines = append(lines, "get "+key)
	}
	require.EventuallyWithT(f.t, func(c *assert.CollectT) {
		first := ""
		for i := range f.nodes {
			out, err := f.play(i, lines...)
			require.NoError(c, err, out)
			tip, rest, _ := strings.Cut(out, ", view")
			if first == "" {
				first = tip
			}
			require.Equal(c, first, tip, "member %d", i)
			for _, value := range values {
				require.Contains(c, rest, "\n"+value+" (height")
			}
		}
	}, 2*patience, 200*time.Millisecond)
}

// Five processes with addresses of their own write, are cut in two, on either side of the leader, and are killed,
// one by one and all at once. What was final stays, and in the end they all have the same (LDR-3, LDR-9).
func TestFiveNamespaces_LedgerPartitionKillAgree_LDR3_NeedsRoot(t *testing.T) {
	f := startFiveMembers(t)
	values := map[string]string{"a": "one", "b": "two", "c": "three", "d": "four", "e": "five"}
	f.write(3, "a=one")

	f.nets.Plug(1, 4, 5)
	f.write(1, "b=two")
	out, err := f.play(3, "c=three")
	require.Error(t, err)
	require.Contains(t, out, "no quorum has acknowledged it", "two of five decide nothing")
	f.nets.Plug(0, 4, 5)
	f.agree(map[string]string{"a": "one", "b": "two", "c": "three"})

	leads := f.leader(0)
	other := (leads + 1) % 5
	asked := (leads + 2) % 5
	f.nets.Plug(1, leads+1, other+1)
	f.write(asked, "d=four")
	require.NotEqual(t, leads, f.leader(asked), "the others have moved on")
	out, err = f.play(leads, "get d")
	require.NoError(t, err, out)
	require.Contains(t, out, "perhaps old", "the deposed leader gives no latest value (LDR-10)")
	f.nets.Plug(0, leads+1, other+1)
	f.agree(map[string]string{"d": "four"})

	leads = f.leader(0)
	f.kill(leads)
	f.write((leads+1)%5, "e=five")
	f.start(leads)
	f.agree(values)

	for i := range f.nodes {
		f.kill(i)
	}
	for i := range f.nodes {
		f.start(i)
	}
	f.write(0, "g=six")
	f.agree(values)
}
