package leadertest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/ledgers/ledgertest"
	"strata/network"
	"strata/scenario"
)

// logs is step leader.1: the log alone, on a disk.
func (s suite) logs() []scenario.Scenario {
	log := func(name, title string, setup func(w scenario.World)) scenario.Scenario {
		return scenario.New(scenario.Scenario{
			Name: "leader/" + name, Title: title, Step: "leader.1", Rules: []string{"LDR-9"}, For: 4 * second, Setup: setup,
		})
	}
	return []scenario.Scenario{
		log("log-layout", "A record is length, number, kind, body and checksum, and safe when its sync is over.", s.logLayout),
		log("log-torn", "A torn end is cut, wherever it was torn, and the log goes on after it.", s.logTorn),
		log("log-damaged", "A record that is wrong before one that is whole is damage, not an end.", s.logDamaged),
		log("log-fails", "A write that the disk refuses is reported once, later, and counts for nothing.", s.logFails),
		log("log-crash", "After a crash everything is there whose sync was over.", s.logCrash),
	}
}

// record is LDR-9, written down once more: the suite does not trust the code that it tests.
func record(number uint64, kind leader.RecordKind, body string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+1+len(body)+4))
	b = binary.BigEndian.AppendUint64(b, number)
	b = append(append(b, byte(kind)), body...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// lines is what a log hands over, as text to compare.
type lines []string

// recovered makes a log on the disk and lists what it hands over.
func (s suite) recovered(disk network.Disk) (l leader.Log, got lines, err error) {
	l = s.stack.NewLog(disk, leader.FileLog)
	err = l.Recover(func(kind leader.RecordKind, body []byte) { got = append(got, fmt.Sprintf("%d %s", kind, body)) })
	return l, got, err
}

// onDisk boots a node and calls do with its disk; size is how a file is read whole.
func (s suite) onDisk(w scenario.World, do func(disk network.Disk)) {
	w.Node(w.Addr(0), func(h network.Host) {
		if len(h.Disk().Names()) == 0 {
			do(h.Disk())
		}
	})
}

func (s suite) logLayout(w scenario.World) {
	s.onDisk(w, func(disk network.Disk) {
		spy := ledgertest.Watch(disk, nil)
		l, got, err := s.recovered(spy)
		if err != nil || len(got) > 0 {
			w.Fail(ldr9Record, "expected that an empty disk is an empty log, got %d records, error %v", len(got), err)
			return
		}
		bodies := []string{"one", "", string(bytes.Repeat([]byte("x"), 5000))}
		var want []byte
		var next func(i int)
		next = func(i int) {
			if i == len(bodies) {
				return
			}
			want = append(want, record(uint64(i+1), leader.RecordKind(i+1), bodies[i])...)
			returned := false
			l.Append(leader.RecordKind(i+1), []byte(bodies[i]), func(err error) {
				switch {
				case err != nil:
					w.Fail(ldr9Append, "expected that record %d is safe, got %v", i+1, err)
				case !returned:
					w.Fail(ldr9Append, "expected that an append calls back later, got the call before it returned")
				case !bytes.Equal(spy.Safe[leader.FileLog], want):
					w.Fail(ldr9Record, "expected these bytes to be synced when record %d is said to be safe, got others%s",
						i+1, scenario.SideBySide(want, spy.Safe[leader.FileLog]))
				case l.Size() != int64(len(want)):
					w.Fail(ldr9Record, "expected a log of %d bytes, got %d", len(want), l.Size())
				}
				next(i + 1)
			})
			returned = true
		}
		next(0)
		w.AtEnd(ldr9Record, func() error {
			if len(spy.Safe[leader.FileLog]) != len(want) || len(want) < 5000 {
				return fmt.Errorf("expected 3 records on the disk, got %d bytes", len(spy.Safe[leader.FileLog]))
			}
			return nil
		})
	})
}

// torn writes records, cuts the file somewhere, and wants all whole ones back.
func (s suite) logTorn(w scenario.World) {
	s.onDisk(w, func(disk network.Disk) {
		whole := append(record(1, 1, "first"), record(2, 2, "second")...)
		tail := record(3, 3, "the third")
		for cut := range len(tail) {
			for _, zeros := range []bool{false, true} {
				name := leader.FileLog
				_ = disk.Remove(name)
				torn := bytes.Clone(tail[:cut])
				if zeros { // a sector that was not written reads as zeros
					torn = make([]byte, cut)
				}
				scenario.Must(disk.Append(name, append(bytes.Clone(whole), torn...)))
				l, got, err := s.recovered(disk)
				if err != nil || len(got) != 2 || got[1] != "2 second" {
					w.Fail(ldr9Cut, "expected the 2 whole records before a torn end of %d bytes (zeros: %t), got %q, error %v",
						cut, zeros, []string(got), err)
					return
				}
				left, err := disk.Read(name, 0, 1000)
				if err != nil || !bytes.Equal(left, whole) || l.Size() != int64(len(whole)) {
					w.Fail(ldr9Cut, "expected that the torn end is cut: %d bytes, got %d, and a log of %d", len(whole), len(left), l.Size())
					return
				}
			}
		}
		l, _, _ := s.recovered(disk)
		l.Append(3, []byte("after"), func(error) {
			left, err := disk.Read(leader.FileLog, 0, 1000)
			if want := append(bytes.Clone(whole), record(3, 3, "after")...); err != nil || !bytes.Equal(left, want) {
				w.Fail(ldr9Cut, "expected that the log goes on with number 3, got other bytes%s", scenario.SideBySide(want, left))
			}
		})
	})
}

func (s suite) logDamaged(w scenario.World) {
	s.onDisk(w, func(disk network.Disk) {
		var whole []byte
		var starts []int
		for i := range 5 {
			starts = append(starts, len(whole))
			whole = append(whole, record(uint64(i+1), 1, fmt.Sprint("body of ", i))...)
		}
		for at := range whole {
			broken := bytes.Clone(whole)
			broken[at] ^= 1 << (at % 8)
			_ = disk.Remove(leader.FileLog)
			scenario.Must(disk.Append(leader.FileLog, broken))
			_, got, err := s.recovered(disk)
			if last := starts[4]; at < last && !errors.Is(err, ledgers.ErrDamaged) {
				w.Fail(ldr9Damaged, "expected ErrDamaged, for byte %d is wrong and whole records follow, got error %v and %d records", at, err, len(got))
				return
			} else if at >= last && (err != nil || len(got) != 4) {
				w.Fail(ldr9Cut, "expected the 4 records before a wrong last one, got %d, error %v", len(got), err)
				return
			}
			if left, _ := disk.Read(leader.FileLog, 0, 1000); at < starts[4] && !bytes.Equal(left, broken) {
				w.Fail(ldr9Damaged, "expected that a damaged log is left as it is, got it changed")
				return
			}
		}
		_ = disk.Remove(leader.FileLog)
		scenario.Must(disk.Append(leader.FileLog, append(record(1, 1, "one"), record(3, 1, "three")...)))
		if _, _, err := s.recovered(disk); !errors.Is(err, ledgers.ErrDamaged) {
			w.Fail(ldr9Damaged, "expected ErrDamaged for record 3 after record 1, got %v", err)
		}
	})
}

// refusing is a disk that takes nothing, or on which nothing becomes safe.
type refusing struct {
	network.Disk
	append, sync error
}

func (r *refusing) Append(name string, data []byte) error {
	if r.append != nil {
		return r.append
	}
	return r.Disk.Append(name, data)
}

func (r *refusing) Sync(name string, done func(error)) {
	r.Disk.Sync(name, func(err error) { done(errors.Join(err, r.sync)) })
}

func (s suite) logFails(w scenario.World) {
	s.onDisk(w, func(disk network.Disk) {
		r := &refusing{Disk: disk}
		scenario.Must(disk.Append(leader.FileLog, nil))
		l, _, err := s.recovered(r)
		if err != nil {
			w.Fail(ldr9Record, "expected an empty log, got %v", err)
			return
		}
		r.append = network.ErrDiskFull
		calls := 0
		l.Append(1, []byte("refused"), func(err error) {
			if calls++; calls > 1 || err == nil {
				w.Fail(ldr9Append, "expected the disk's error, once, got call %d with error %v", calls, err)
			}
			r.append = nil
			l.Append(1, []byte("taken"), func(err error) {
				left, _ := disk.Read(leader.FileLog, 0, 100)
				if want := record(1, 1, "taken"); err != nil || !bytes.Equal(left, want) {
					w.Fail(ldr9Append, "expected that the next record has the number that was not used, got error %v%s", err, scenario.SideBySide(want, left))
				}
				r.sync = network.ErrDiskFailed
				l.Append(1, []byte("lost"), func(err error) {
					if err == nil {
						w.Fail(ldr9Append, "expected the error of a sync that failed, got none")
					}
					calls = 10
				})
			})
		})
		if calls > 0 {
			w.Fail(ldr9Append, "expected that an error is told later, got it before Append returned")
		}
		w.By(second, ldr9Append, func() error {
			if calls < 10 {
				return errors.New("expected that every append is answered, got silence")
			}
			return nil
		})
	})
}

// logCrash appends one record after the other until the node crashes, and looks what is left.
func (s suite) logCrash(w scenario.World) {
	safe, written := 0, 0
	w.Node(w.Addr(0), func(h network.Host) {
		l, got, err := s.recovered(h.Disk())
		if err != nil {
			w.Fail(ldr9Cut, "expected that the log is whole after a crash, got %v", err)
			return
		}
		if len(got) < safe || len(got) > written {
			w.Fail(ldr9Record, "expected %d to %d records after a crash, as many as were said to be safe, got %d", safe, written, len(got))
			return
		}
		for i, line := range got {
			if want := fmt.Sprintf("1 %d", i+1); line != want {
				w.Fail(ldr9Record, "expected record %d to be %q, got %q", i+1, want, line)
				return
			}
		}
		safe, written = len(got), len(got)
		var next func()
		next = func() {
			written++
			l.Append(1, fmt.Append(nil, written), func(err error) {
				if err != nil {
					w.Fail(ldr9Append, "expected that a record is safe, got %v", err)
					return
				}
				safe++
				next()
			})
		}
		h.Disk().Append(leader.FileLog, nil)
		h.Disk().SyncNames(func(error) { next() })
	})
	for i := range 4 {
		at := time.Duration(300+700*i)*time.Millisecond + time.Duration(w.Rand().IntN(20_000))*time.Microsecond
		w.Inject(scenario.Fault{Kind: scenario.Crash, At: at, For: 50 * time.Millisecond, A: []network.Addr{w.Addr(0)}})
	}
}
