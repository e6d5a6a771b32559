package tcphost

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"sync/atomic"

	"strata/network"
)

// The ports that LoopbackAddrs gives out: below those that systems take for whoever dials.
const (
	firstPort = 10_000
	lastPort  = 29_999
)

// portsTaken counts the ports that this process has tried.
var portsTaken atomic.Int64

// LoopbackAddrs returns n addresses of this machine that can be listened at, for demonstrations and
// tests. They are free, and they stay so until somebody uses them: no process is given one of
// another's, nor has the system one to give away. (A port that the system itself calls free may
// be that of an outgoing connection a moment later.)
//
// Where all of 127.0.0.0/8 is loopback, the host part is this process's own; elsewhere two
// processes only start at different ports. Error: all ports are in use.
func LoopbackAddrs(n int) ([]network.Addr, error) {
	host, pid := "127.0.0.1", os.Getpid()
	offset := pid * 97
	if runtime.GOOS == "linux" {
		host, offset = fmt.Sprintf("127.%d.%d.%d", 1+pid>>14%254, pid>>7%128, 1+pid%128), 0
	}
	addrs := make([]network.Addr, 0, n)
	for tries := 0; len(addrs) < n; tries++ {
		if tries > lastPort-firstPort {
			return nil, fmt.Errorf("tcphost: every port of %s from %d to %d is in use", host, firstPort, lastPort)
		}
		port := firstPort + (offset+int(portsTaken.Add(1)))%(lastPort-firstPort+1)
		addr := fmt.Sprintf("%s:%d", host, port)
		if l, err := net.Listen("tcp", addr); err == nil {
			l.Close()
			addrs = append(addrs, network.Addr(addr))
		}
	}
	return addrs, nil
}
