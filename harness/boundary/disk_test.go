package boundary

import (
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers/electives"
	"strata/ledgers/leader"
	"strata/network"
)

// noted is a disk that notes what it is asked to do. It has one file, and fails what names another.
type noted struct{ said []string }

func (d *noted) note(format string, args ...any) {
	d.said = append(d.said, fmt.Sprintf(format, args...))
}

func (d *noted) only(name string) error {
	if name != "log" {
		return fmt.Errorf("%w: %q", network.ErrNoFile, name)
	}
	return nil
}

func (d *noted) Names() []string { d.note("names"); return []string{"log"} }

func (d *noted) Read(name string, offset int64, most int) ([]byte, error) {
	d.note("read %s %d %d", name, offset, most)
	if err := d.only(name); err != nil {
		return nil, err
	}
	return []byte("kept"), nil
}

func (d *noted) Append(name string, data []byte) error {
	d.note("append %s %s", name, data)
	return d.only(name)
}

func (d *noted) Truncate(name string, size int64) error {
	d.note("truncate %s %d", name, size)
	return d.only(name)
}

func (d *noted) Rename(from, to string) error {
	d.note("rename %s %s", from, to)
	return network.ErrDiskFailed
}

func (d *noted) Remove(name string) error { d.note("remove %s", name); return d.only(name) }

func (d *noted) Sync(name string, done func(error)) { d.note("sync %s", name); done(d.only(name)) }

func (d *noted) SyncNames(done func(error)) { d.note("sync names"); done(nil) }

// trying is a log that does everything that can be done with a disk, and says what came of it.
type trying struct {
	disk network.Disk
	got  []string
}

func (l *trying) note(what string, value any, err error) {
	l.got = append(l.got, fmt.Sprint(what, " ", value, " ", err == network.ErrDiskFailed, " ", err))
}

func (l *trying) Recover(each func(leader.RecordKind, []byte)) error {
	d := l.disk
	l.note("names", d.Names(), nil)
	for _, name := range []string{"log", "other"} {
		b, err := d.Read(name, 1<<40, 7)
		l.note("read", string(b), err)
		l.note("append", "", d.Append(name, []byte("more")))
		l.note("truncate", "", d.Truncate(name, -1))
		l.note("remove", "", d.Remove(name))
		d.Sync(name, func(err error) { l.note("synced", "", err) })
	}
	l.note("rename", "", d.Rename("log", "old"))
	d.SyncNames(func(err error) { l.note("synced names", "", err) })
	for _, line := range l.got {
		each(leader.RecordBatch, []byte(line))
	}
	return network.ErrDiskFull
}

func (l *trying) Append(kind leader.RecordKind, body []byte, done func(error)) {
	done(fmt.Errorf("%d %s: %w", kind, body, network.ErrDiskFailed))
}

func (l *trying) Size() int64 { return 1 << 40 }

// LED-9: every method of a disk crosses with all that it is given, returns and fails with, as if the disk were in place.
func TestDisk_IsAsInPlace_LED9(t *testing.T) {
	newLog := func(d network.Disk, _ string) leader.Log { return &trying{disk: d} }
	run := func(newLog leader.NewLog) (got []string) {
		d := &noted{}
		log := newLog(d, "log")
		err := log.Recover(func(kind leader.RecordKind, body []byte) { got = append(got, fmt.Sprint(kind, " ", string(body))) })
		require.Equal(t, network.ErrDiskFull, err)
		log.Append(leader.RecordView, []byte("body"), func(err error) {
			require.ErrorIs(t, err, network.ErrDiskFailed)
			got = append(got, err.Error())
		})
		require.Equal(t, int64(1<<40), log.Size())
		return append(got, d.said...)
	}
	want := run(newLog)
	require.Len(t, want, 27)
	for _, form := range []string{"", "cbor"} {
		there, _ := served(t, electives.Stack{NewLog: newLog}, form)
		require.Equal(t, want, run(Stack(there).NewLog), form)
	}
}

// served is a process that is none: the layers are served by this one.
func served(t *testing.T, layers electives.Stack, form string) (*Process, *Link) {
	t.Helper()
	in, ours := io.Pipe()
	theirs, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- Serve(layers, in, out, form) }()
	t.Cleanup(func() {
		require.NoError(t, ours.Close())
		require.NoError(t, <-ended)
	})
	l, err := newLink(theirs, ours)
	require.NoError(t, err)
	return &Process{running: &running{link: l}}, l
}

// stranger is a host with a key, and its streams have been proved to be another's.
type stranger struct{ network.Host }

func (stranger) Identity() network.Identity { return stranger{} }
func (stranger) Key() network.PublicKey     { return network.PublicKey{1, 2} }

func (stranger) Sign(text []byte) (s network.Signature) {
	copy(s[:], text)
	return s
}

// proven is a stream whose far end has proved to have a key, or none.
type proven struct {
	network.Stream
	has *network.PublicKey
}

func (p proven) Key() (network.PublicKey, bool) {
	if p.has == nil {
		return network.PublicKey{}, false
	}
	return *p.has, true
}

// LED-8: a node's key, its signatures and the key of who is at the other end are what they are in place.
func TestIdentity_IsAsInPlace_LED8(t *testing.T) {
	for _, form := range []named{inJSON{}, inCBOR{}} {
		other := network.PublicKey{9}
		here, there := facing(form)
		h := &farHost{link: there, ref: here.export(host{stranger{}})}
		require.Equal(t, stranger{}.Key(), h.Identity().Key())
		require.Equal(t, stranger{}.Sign([]byte("leader:ack")), h.Identity().Sign([]byte("leader:ack")))
		for _, has := range []*network.PublicKey{nil, &other} {
			key, proved := farStream{there, here.stream(proven{has: has})}.Key()
			want, is := proven{has: has}.Key()
			require.Equal(t, want, key)
			require.Equal(t, is, proved)
		}
	}
}

// facing are two ends of one boundary.
func facing(form named) (here, there *Link) {
	here = &Link{codec: form}
	there = &Link{codec: form, carrier: face{here, form}}
	return here, there
}

// face answers at once.
type face struct {
	other *Link
	form  named
}

func (f face) exchange(l *Link, call message) message {
	m, err := f.form.parse(f.form.append(nil, call))
	if err != nil {
		l.fail(err)
	}
	if m, err = f.form.parse(f.form.append(nil, f.other.answer(m))); err != nil {
		l.fail(err)
	}
	return m
}

// The exchange with a disk on the page is what is said, and so are its golden bytes.
func TestPage_Disk(t *testing.T) {
	text, err := os.ReadFile("../../docs/boundary.md")
	require.NoError(t, err)
	page := string(text)
	_, rest, _ := strings.Cut(page, "```text\n> {\"call\":\"new_log\"")
	exchange, _, found := strings.Cut("> {\"call\":\"new_log\""+rest, "```\n")
	require.True(t, found)
	var theirs, ours []string
	for line := range strings.Lines(exchange) {
		if text, is := strings.CutPrefix(line, "< "); is {
			theirs = append(theirs, strings.TrimSpace(text))
		} else {
			ours = append(ours, strings.TrimPrefix(line, "> "))
		}
	}
	l, sent := scripted(t, theirs...)
	d := &later{}
	log := Stack(&Process{running: &running{link: l}}).NewLog(d, leader.FileLog)
	var ended error
	log.Append(leader.RecordView, []byte("first"), func(err error) { ended = err })
	d.done(network.ErrDiskFailed)
	require.Equal(t, network.ErrDiskFailed, ended)
	require.Equal(t, strings.Join(ours, ""), sent.String())
	require.Equal(t, []string{"append log \x00\x00\x00\x12\x00\x00\x00\x00\x00\x00\x00\x01\x01first*\xc1A\xa4", "sync log"}, d.said)
	squeezed := strings.Join(strings.Fields(page), "")
	require.Contains(t, squeezed, hex.EncodeToString(appendCall(nil, callAppend, 3, []any{"log", []byte("hello")})))
	require.Contains(t, squeezed, hex.EncodeToString(network.AppendFrame(nil, inCBOR{}.append(nil,
		message{kind: isCall, call: callAppend.String(), on: 3, args: []any{"log", []byte("hello")}}))))
}

// later is a disk whose sync ends when the test says so.
type later struct {
	noted
	done func(error)
}

func (d *later) Sync(name string, done func(error)) { d.note("sync %s", name); d.done = done }

// Who says that it has electives is tried with them, and asks for no disk and no key in vain. The rules come first.
func TestCheck_TriesElectives(t *testing.T) {
	for form, want := range map[string]int{"solutions": 27, "solutionscbor": 27} {
		found, err := Check(self(t, form).command)
		require.NoError(t, err)
		for _, f := range found {
			require.Empty(t, f.Wrong, f.What)
		}
		require.Len(t, found, want+len(rules))
	}
}
