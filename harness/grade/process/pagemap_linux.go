package process

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// newPagemap is a pair of sockets by which a child that may open no file gets its own pagemap: we have ours for showPagemap, and the
// child theirs for glass.AskPagemap. Both are nil on a system without pagemaps.
func newPagemap() (ours, theirs *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err == nil {
		err = errors.Join(unix.SetNonblock(fds[0], true), unix.SetsockoptInt(fds[0], unix.SOL_SOCKET, unix.SO_PASSCRED, 1))
	}
	if err != nil {
		return nil, nil, fmt.Errorf("grade: no sockets for a pagemap: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), "pagemap"), os.NewFile(uintptr(fds[1]), "pagemap"), nil
}

// showPagemap answers the child that asks, and closes the socket. The system says who asks, so that nobody gets the pagemap of
// another. It returns when that is done, or ours is closed, or theirs by all who have it.
func showPagemap(ours *os.File) {
	defer ours.Close()
	conn, err := ours.SyscallConn()
	if err != nil {
		return
	}
	var pid int32
	_ = conn.Read(func(fd uintptr) bool {
		var word [1]byte
		control := make([]byte, unix.CmsgSpace(unix.SizeofUcred))
		_, n, _, _, err := unix.Recvmsg(int(fd), word[:], control, 0)
		pid = sender(control[:n])
		return !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR)
	})
	if pid == 0 {
		return
	}
	pagemap, err := os.Open(fmt.Sprintf("/proc/%d/pagemap", pid))
	if err != nil {
		return // the child goes without
	}
	defer pagemap.Close()
	_ = conn.Write(func(fd uintptr) bool {
		return !errors.Is(unix.Sendmsg(int(fd), []byte{0}, unix.UnixRights(int(pagemap.Fd())), nil, 0), unix.EAGAIN)
	})
}

// sender is the process that has sent a message; 0 if the system does not say.
func sender(control []byte) (pid int32) {
	messages, _ := unix.ParseSocketControlMessage(control) // what cannot be parsed is none
	for _, m := range messages {
		if cred, err := unix.ParseUnixCredentials(&m); err == nil {
			pid = cred.Pid
		}
	}
	return pid
}
