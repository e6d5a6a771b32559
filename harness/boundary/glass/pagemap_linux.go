package glass

import (
	"os"

	"golang.org/x/sys/unix"
)

// AskPagemap asks for the pagemap of this process over a socket, and closes it. It is nil if there is none.
func AskPagemap(socket int) *os.File {
	defer unix.Close(socket)
	var word [1]byte
	if _, err := unix.Write(socket, word[:]); err != nil {
		return nil
	}
	control := make([]byte, unix.CmsgSpace(4)) // a descriptor
	_, n, _, _, err := unix.Recvmsg(socket, word[:], control, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return nil
	}
	messages, _ := unix.ParseSocketControlMessage(control[:n]) // what cannot be parsed is none
	for _, m := range messages {
		if fds, err := unix.ParseUnixRights(&m); err == nil && len(fds) == 1 {
			return os.NewFile(uintptr(fds[0]), "pagemap")
		}
	}
	return nil
}
