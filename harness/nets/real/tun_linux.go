package real

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"

	"strata/network"
)

// device is the name of the network device in each namespace.
const device = "strata0"

// tunFile is where devices are made.
const tunFile = "/dev/net/tun"

// ErrUnavailable reports a machine, or rights, with which there are no namespaces: the text says what is missing.
var ErrUnavailable = errors.New("there are no networks of processes here")

// Possible says why there are no namespaces or devices for this process, or nil. It leaves nothing behind. Error: ErrUnavailable.
func Possible() error {
	if _, err := exec.LookPath("ip"); err != nil {
		return fmt.Errorf("%w: no command ip (apt-get install iproute2)", ErrUnavailable)
	}
	failed := make(chan error)
	go func() {
		tun, err := enter("11.0.0.1:1", Reno)
		if err == nil {
			err = tun.Close()
		}
		failed <- err
	}()
	if err := <-failed; err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return nil
}

// enter puts the goroutine's thread into a network namespace of its own, in which the node's address is that of a device,
// and returns the device: what is sent in the namespace is read there. Namespace and device have no name outside, and end
// with the thread, the processes that it starts, and the file. TCP there controls its congestion in that way. The goroutine
// stays on the thread, which ends with it.
func enter(addr network.Addr, congestion string) (*os.File, error) {
	runtime.LockOSThread() // and never unlocked
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return nil, fmt.Errorf("make a network namespace: %w%s", err, asRoot(err))
	}
	fd, err := unix.Open(tunFile, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w%s", tunFile, err, asRoot(err))
	}
	request, err := unix.NewIfreq(device)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a device by %s: %w%s", tunFile, err, asRoot(err)), unix.Close(fd))
	}
	tun := os.NewFile(uintptr(fd), device)
	err = address(ipOf(addr))
	if err == nil {
		err = control(congestion)
	}
	if err != nil {
		return nil, errors.Join(err, tun.Close())
	}
	return tun, nil
}

// What the kernel says of congestion control. The first is of the thread's namespace.
const (
	congestionFile = "/proc/sys/net/ipv4/tcp_congestion_control"
	congestionList = "/proc/sys/net/ipv4/tcp_available_congestion_control"
)

// control says how TCP controls its congestion in the thread's namespace.
func control(congestion string) error {
	if err := os.WriteFile(congestionFile, []byte(congestion), 0); err != nil {
		there, _ := os.ReadFile(congestionList)
		return fmt.Errorf("control the congestion of TCP by %q: %w; this kernel has %s", congestion, err, strings.TrimSpace(string(there)))
	}
	return nil
}

// asRoot is the remedy where rights are missing.
func asRoot(err error) string {
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return " (it takes root)"
	}
	return ""
}

// address gives the device in the thread's namespace its address, and sends everything there.
func address(a ip) error {
	at := fmt.Sprintf("%d.%d.%d.%d", a[0], a[1], a[2], a[3])
	cmd := exec.Command("ip", "-batch", "-")
	cmd.Stdin = strings.NewReader(strings.Join([]string{
		"link set lo up",
		"address add " + at + "/32 dev " + device,
		"link set " + device + " up mtu 1500 txqueuelen 5000",
		"route add default dev " + device + " src " + at, "",
	}, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}
