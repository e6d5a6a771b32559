package main

import (
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"strata/messaging"
	"strata/network"
	"strata/node/process/tcphost"
	refmessaging "strata/solutions/messaging"
	reference "strata/solutions/network"
)

const question = 64 // bytes of a request's payload

// n2 is requests and responses over one connection.
func n2() []figure {
	const callers = 50
	return []figure{
		{
			id: "N2", title: "round trip, one caller", unit: "us",
			ours:   side{"ours", func() (float64, error) { return inverse(ask(1)) }},
			base:   side{"bare", func() (float64, error) { return inverse(echo()) }},
			target: atMost(1.2),
		},
		{
			id: "N2", title: "requests, 50 callers on one connection", unit: "requests/s",
			ours:   side{"ours", func() (float64, error) { return ask(callers) }},
			base:   side{"gRPC", func() (float64, error) { return unary(callers) }},
			target: atLeast(15),
		},
	}
}

// inverse turns a rate into the microseconds that one takes.
func inverse(rate float64, err error) (float64, error) { return 1e6 / rate, err }

// newMessaging starts layers 1 and 2 on a loop of their own.
func newMessaging(listen network.Addr, handle messaging.Handler) (*node, messaging.Messaging, error) {
	netCfg, err1 := network.Config{Listen: listen}.Complete()
	msgCfg, err2 := messaging.Config{}.Complete()
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, err
	}
	n := &node{loop: tcphost.NewLoop(tcphost.LoopConfig{})}
	n.host = n.loop.Host(listen)
	var msg messaging.Messaging
	var err error
	n.loop.Do(func() {
		n.net = reference.New(n.host, netCfg)
		msg = refmessaging.New(n.host, n.net, msgCfg)
		err = errors.Join(msg.Handle("echo", handle), msg.Start(nil))
	})
	if err != nil {
		n.loop.Close()
		return nil, nil, err
	}
	return n, msg, nil
}

// ask is the rate of requests of so many callers, each of which asks again when it is answered.
func ask(callers int) (float64, error) {
	at, err := freeAddr()
	if err != nil {
		return 0, err
	}
	handle := func(_ network.ConnID, payload []byte) ([]byte, bool) { return payload, true }
	server, _, err := newMessaging(at, handle)
	if err != nil {
		return 0, err
	}
	defer server.loop.Close()
	client, msg, err := newMessaging("", handle)
	if err != nil {
		return 0, err
	}
	defer client.loop.Close()
	ids, err := client.dial(at, 1)
	if err != nil {
		return 0, err
	}
	var count atomic.Int64
	payload := make([]byte, question)
	var again func(reply []byte, err error)
	again = func(_ []byte, err error) {
		if err == nil {
			count.Add(1)
			msg.Request(ids[0], "echo", payload, again)
		}
	}
	client.loop.Do(func() {
		for range callers {
			msg.Request(ids[0], "echo", payload, again)
		}
	})
	return rate(&count), nil
}

// echo is the rate of bare round trips: a write and a read on either side.
func echo() (float64, error) {
	var count atomic.Int64
	client := func(c net.Conn) {
		for b := make([]byte, question); ; {
			if _, err := c.Write(b); err != nil {
				return
			}
			if _, err := io.ReadFull(c, b); err != nil {
				return
			}
			count.Add(1)
		}
	}
	server := func(c net.Conn) {
		for b := make([]byte, question); ; {
			if _, err := io.ReadFull(c, b); err != nil {
				return
			}
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	}
	return connections(1, client, server, func() float64 { return rate(&count) })
}

// echoService is a gRPC service with one unary method.
var echoService = grpc.ServiceDesc{
	ServiceName: "Echo",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Echo",
		Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			in := new(wrapperspb.BytesValue)
			return in, decode(in)
		},
	}},
}

// unary is the rate of gRPC's unary calls of so many goroutines on one connection.
func unary(callers int) (float64, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	server := grpc.NewServer()
	server.RegisterService(&echoService, struct{}{})
	go server.Serve(ln)
	defer server.Stop()
	conn, err := grpc.NewClient(ln.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var count atomic.Int64
	for range callers {
		go func() {
			in := wrapperspb.Bytes(make([]byte, question))
			for {
				if err := conn.Invoke(ctx, "/Echo/Echo", in, new(wrapperspb.BytesValue)); err != nil {
					return
				}
				count.Add(1)
			}
		}()
	}
	return rate(&count), nil
}
