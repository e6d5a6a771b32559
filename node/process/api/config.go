package api

import (
	"fmt"
	"time"
)

// Config of the server. Zero values mean the defaults.
type Config struct {
	Token string   // what changes the node takes; empty: nobody may
	Names []string // host names by which the API is reached, besides addresses and localhost

	MaxRequests int           // answered at once, without streams; 0 means 32
	MaxStreams  int           // clients of /v1/events; 0 means 32
	MaxBody     int64         // bytes of a request's body; 0 means 8 KiB
	MaxQueued   int           // events that wait for one client; 0 means 128
	MaxRecent   int           // events kept for who comes back; 0 means 512
	MaxBlocks   int           // blocks whose time of receipt is kept, of side branches too; 0 means 4096
	AnswerIn    time.Duration // most that the node's loop may take to get round to a question; 0 means 2 s
	Heartbeat   time.Duration // between signs of life on a stream; 0 means 10 s
	StatusEvery time.Duration // between status events, if something changed; 0 means 1 s
	SampleEvery time.Duration // between samples of what /v1/history tells; 0 means 10 s
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	c.MaxRequests = orElse(c.MaxRequests, 32)
	c.MaxStreams = orElse(c.MaxStreams, 32)
	c.MaxBody = orElse(c.MaxBody, 8<<10)
	c.MaxQueued = orElse(c.MaxQueued, 128)
	c.MaxRecent = orElse(c.MaxRecent, 512)
	c.AnswerIn = orElse(c.AnswerIn, 2*time.Second)
	c.Heartbeat = orElse(c.Heartbeat, 10*time.Second)
	c.StatusEvery = orElse(c.StatusEvery, time.Second)
	c.MaxBlocks = orElse(c.MaxBlocks, 4096)
	c.SampleEvery = orElse(c.SampleEvery, 10*time.Second)
	if c.MaxRequests < 0 || c.MaxStreams < 0 || c.MaxBody < 0 || c.MaxQueued < 0 || c.MaxRecent < 0 ||
		c.MaxBlocks < 0 || c.AnswerIn < 0 || c.Heartbeat < 0 || c.StatusEvery < 0 || c.SampleEvery < 0 {
		return c, fmt.Errorf("api: none may be negative: %+v", c)
	}
	return c, nil
}

func orElse[T comparable](value, usual T) T {
	var zero T
	if value == zero {
		return usual
	}
	return value
}
