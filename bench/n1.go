package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"strata/network"
	"strata/node/process/tcphost"
	reference "strata/solutions/network"
)

const (
	warmUp  = 200 * time.Millisecond
	period  = 800 * time.Millisecond
	window  = 4 << 20 // bytes that our sender has on its way on one connection
	large   = 64 << 10
	bareBuf = 256 << 10 // of the bare byte rate's reader
)

// n1 is one-way traffic of framed messages.
func n1() []figure {
	var list []figure
	for _, conns := range []int{1, 50} {
		for _, size := range []int{100, 1000, large} {
			f := figure{
				id:    "N1",
				title: fmt.Sprintf("%d-byte messages, %d connections, naive", size, conns),
				unit:  "messages/s",
				ours:  side{"ours", func() (float64, error) { return framed(conns, size) }},
				base:  side{"naive", func() (float64, error) { return naive(conns, size) }},
			}
			if size == 100 {
				f.target = atLeast(20)
			}
			list = append(list, f)
		}
		bytes := func() (float64, error) {
			rate, err := framed(conns, large)
			return rate * large, err
		}
		list = append(list, figure{
			id:     "N1",
			title:  fmt.Sprintf("%d-byte messages, %d connections, bare bytes", large, conns),
			unit:   "bytes/s",
			ours:   side{"ours", bytes},
			base:   side{"bare", func() (float64, error) { return bare(conns, readOver) }},
			target: atLeast(0.8),
		}, figure{
			id:    "N1",
			title: fmt.Sprintf("%d-byte messages, %d connections, bare bytes that can be kept", large, conns),
			unit:  "bytes/s",
			ours:  side{"ours", bytes},
			base:  side{"bare", func() (float64, error) { return bare(conns, readNew) }},
		})
	}
	return list
}

// rate waits for traffic to be steady and returns how fast the count grows, per second.
func rate(count *atomic.Int64) float64 {
	time.Sleep(warmUp)
	before, start := count.Load(), time.Now()
	time.Sleep(period)
	return float64(count.Load()-before) / time.Since(start).Seconds()
}

// node is layer 1 on a loop of its own.
type node struct {
	loop *tcphost.Loop
	host network.Host
	net  network.Network
}

// events is a network.Handler made of functions.
type events struct {
	received func(id network.ConnID, payload []byte)
}

func (e *events) Connected(network.ConnID, network.Side)           { /* the dial tells */ }
func (e *events) Received(id network.ConnID, payload []byte)       { e.received(id, payload) }
func (e *events) Disconnected(network.ConnID, network.Side, error) { /* the end of the run */ }

// newNode starts a node; with an address it listens there.
func newNode(listen network.Addr, h network.Handler) (*node, error) {
	cfg, err := network.Config{Listen: listen, MaxQueued: 1 << 30}.Complete()
	if err != nil {
		return nil, err
	}
	n := &node{loop: tcphost.NewLoop(tcphost.LoopConfig{})}
	n.host = n.loop.Host(listen)
	n.loop.Do(func() {
		n.net = reference.New(n.host, cfg)
		err = n.net.Start(h)
	})
	if err != nil {
		n.loop.Close()
		return nil, err
	}
	return n, nil
}

// dial opens connections and waits for them.
func (n *node) dial(to network.Addr, conns int) ([]network.ConnID, error) {
	type opened struct {
		id  network.ConnID
		err error
	}
	results := make(chan opened, conns)
	n.loop.Do(func() {
		for range conns {
			n.net.Dial(to, func(id network.ConnID, err error) { results <- opened{id, err} })
		}
	})
	ids := make([]network.ConnID, conns)
	for i := range ids {
		o := <-results
		if o.err != nil {
			return nil, o.err
		}
		ids[i] = o.id
	}
	return ids, nil
}

// freeAddr is a loopback address that nobody listens at.
func freeAddr() (network.Addr, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return network.Addr(ln.Addr().String()), nil
}

// framed is the rate of messages through layer 1 and the real host. The receiver answers every
// quarter of a window, which lets the sender go on.
func framed(conns, size int) (float64, error) {
	var count atomic.Int64
	batch := max(1, window/4/size)
	at, err := freeAddr()
	if err != nil {
		return 0, err
	}
	var to *node
	pending := make([]int, conns+1) // by connection: ids are counted from 1
	to, err = newNode(at, &events{received: func(id network.ConnID, payload []byte) {
		if pending[id]++; pending[id] == batch {
			pending[id] = 0
			count.Add(int64(batch))
			to.net.Send(id, nil)
		}
	}})
	if err != nil {
		return 0, err
	}
	defer to.loop.Close()
	payload := make([]byte, size)
	var from *node
	send := func(id network.ConnID, _ []byte) {
		for range batch {
			from.net.Send(id, payload)
		}
	}
	if from, err = newNode("", &events{received: send}); err != nil {
		return 0, err
	}
	defer from.loop.Close()
	ids, err := from.dial(at, conns)
	if err != nil {
		return 0, err
	}
	from.loop.Do(func() {
		for _, id := range ids {
			for range 4 {
				send(id, nil)
			}
		}
	})
	return rate(&count), nil
}

// connections opens pairs of TCP connections and runs each side on a goroutine of its own, until
// measured returns.
func connections(conns int, write, read func(c net.Conn), measured func() float64) (float64, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	for range conns {
		out, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			return 0, err
		}
		defer out.Close()
		in, err := ln.Accept()
		if err != nil {
			return 0, err
		}
		defer in.Close()
		go write(out)
		go read(in)
	}
	return measured(), nil
}

// naive is the form that one writes first: one Write and two Reads a message, each in memory of
// its own, since the receiver may keep it.
func naive(conns, size int) (float64, error) {
	var count atomic.Int64
	write := func(c net.Conn) {
		frame := network.AppendFrame(nil, make([]byte, size))
		for {
			if _, err := c.Write(frame); err != nil {
				return
			}
		}
	}
	read := func(c net.Conn) {
		var header [4]byte
		for {
			if _, err := io.ReadFull(c, header[:]); err != nil {
				return
			}
			payload := make([]byte, binary.BigEndian.Uint32(header[:]))
			if _, err := io.ReadFull(c, payload); err != nil {
				return
			}
			count.Add(1)
		}
	}
	return connections(conns, write, read, func() float64 { return rate(&count) })
}

// readOver is memory that the bare rate's reader reads into again and again.
func readOver() func() []byte {
	b := make([]byte, bareBuf)
	return func() []byte { return b }
}

// readNew is new memory for each read, as it takes to keep what was read (NET-12).
func readNew() func() []byte { return func() []byte { return make([]byte, bareBuf) } }

// bare is the rate of bytes without any messages.
func bare(conns int, space func() func() []byte) (float64, error) {
	var count atomic.Int64
	write := func(c net.Conn) {
		for b := make([]byte, large); ; {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}
	read := func(c net.Conn) {
		for next := space(); ; {
			n, err := c.Read(next())
			if err != nil {
				return
			}
			count.Add(int64(n))
		}
	}
	return connections(conns, write, read, func() float64 { return rate(&count) })
}
