package queue

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// MaxJob is how many bytes a job and a result may have.
const MaxJob = 8 << 20

// Serve runs a server in this program until ctx ends; ready is told its URL. What it was given stays in dir.
func Serve(ctx context.Context, dir, listen string, ready func(url string)) error {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("listen %s: want HOST:PORT, such as 0.0.0.0:4222", listen)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return fmt.Errorf("listen %s: want a number after the colon", listen)
	}
	if number == 0 {
		number = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "strata-farm", Host: host, Port: number, JetStream: true, StoreDir: dir, NoSigs: true, NoLog: true,
		MaxPayload: MaxJob + 1<<10, SyncAlways: true, // a result that was acknowledged outlives a power cut
	})
	if err != nil {
		return fmt.Errorf("farm: %w", err)
	}
	s.Start()
	defer func() { s.Shutdown(); s.WaitForShutdown() }()
	if !s.ReadyForConnections(30 * time.Second) {
		return fmt.Errorf("farm: no server at %s within 30 s: is the address free, and can %s be written?", listen, dir)
	}
	ready(s.ClientURL())
	<-ctx.Done()
	return nil
}

// Link is a connection to a server or a cluster.
type Link struct {
	nats    *nats.Conn
	stream  jetstream.JetStream
	name    string // of the farm: several can share a server
	Options Options
}

// Options are alike for all who share a farm.
type Options struct {
	Lease time.Duration // a job whose worker says nothing for so long goes to another; 0 means 30s
	Tries int           // of a job before it counts as poisoned; 0 means 3
}

func (o Options) complete() Options {
	if o.Lease == 0 {
		o.Lease = 30 * time.Second
	}
	if o.Tries == 0 {
		o.Tries = 3
	}
	return o
}

// Dial connects to the farm of that name at a URL, such as nats://host:4222, and goes on trying when the connection is
// lost. The caller closes the link.
func Dial(url, name string, opt Options) (*Link, error) {
	conn, err := nats.Connect(url, nats.Name("strata-farm"), nats.MaxReconnects(-1),
		nats.ReconnectWait(200*time.Millisecond))
	if err != nil {
		return nil, fmt.Errorf("farm: %s: %w; is strata-farm serve running there?", url, err)
	}
	stream, err := jetstream.New(conn)
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("farm: %w", err)
	}
	return &Link{conn, stream, name, opt.complete()}, nil
}

// Close ends the connection.
func (l *Link) Close() { l.nats.Close() }

// patience bounds one request to the server: one that is killed in the middle does not answer.
const patience = 2 * time.Second

// places are what a farm has on its server.
type places struct {
	jobs            jetstream.Consumer
	results, faults jetstream.KeyValue
}

// open makes the stream of jobs and the tables of results and faults, or takes those that are there.
func (l *Link) open(ctx context.Context) (p places, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	_, errJobs := l.stream.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: l.name + "-jobs", Subjects: []string{l.name + ".jobs.>"}, Retention: jetstream.WorkQueuePolicy,
	})
	var errs [3]error
	p.jobs, errs[0] = l.stream.CreateOrUpdateConsumer(ctx, l.name+"-jobs", jetstream.ConsumerConfig{
		Durable: "workers", AckPolicy: jetstream.AckExplicitPolicy, AckWait: l.Options.Lease, MaxDeliver: -1,
	})
	p.results, errs[1] = l.stream.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: l.name + "-results"})
	p.faults, errs[2] = l.stream.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: l.name + "-faults"})
	if err := errors.Join(errJobs, errs[0], errs[1], errs[2]); err != nil {
		return p, fmt.Errorf("farm: %w", err)
	}
	return p, nil
}

// again waits a moment after the server did not answer. The error is that of ctx.
func again(ctx context.Context) error {
	select {
	case <-time.After(200 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
