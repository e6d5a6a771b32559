package command

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// newPassword is the prompt for a password that does not exist yet, and so is asked for twice.
const newPassword = "New password, 8 characters or more"

const (
	leastPassword = 8    // characters of a new password, as the page of a node wants them too
	mostPassword  = 1024 // bytes

	byteOrderMark = "\xef\xbb\xbf" // what some editors begin a text of UTF-8 with
)

var errNoPassword = errors.New("there is no terminal to ask for a password: give --password-file, or set " + envPassword)

// password is what opens a keystore: from the file that the flag names, from the environment, or
// from the user.
func (w World) password(cmd *cobra.Command, f *walletFlags, prompt string) ([]byte, error) {
	return w.passwordFrom(cmd, f.passwordFile, envPassword, prompt)
}

// newPassword is what is to open a keystore from now on.
func (w World) newPassword(cmd *cobra.Command, file string) ([]byte, error) {
	return w.passwordFrom(cmd, file, envNewPassword, newPassword)
}

func (w World) passwordFrom(cmd *cobra.Command, file, variable, prompt string) ([]byte, error) {
	text, err := w.givenPassword(file, variable)
	if text == nil && err == nil {
		text, err = w.ask(cmd.Context(), prompt)
	}
	if err == nil && prompt == newPassword && len([]rune(string(text))) < leastPassword {
		err = fmt.Errorf("wallet: the password has %d characters: want %d or more", len([]rune(string(text))), leastPassword)
	}
	return text, err
}

// givenPassword is the password of the file or of the environment; nil: neither has one.
func (w World) givenPassword(name, variable string) ([]byte, error) {
	switch name {
	case "":
		if text, ok := w.LookupEnv(variable); ok && text != "" {
			return []byte(text), nil
		}
		return nil, nil
	case "-":
		if w.In == nil {
			return nil, errNoPassword
		}
		return firstLine("standard input", w.In)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("password: %w", err)
	}
	defer file.Close()
	return firstLine(name, file)
}

// firstLine reads a password.
func firstLine(name string, r io.Reader) ([]byte, error) {
	line, err := bufio.NewReader(io.LimitReader(r, mostPassword+2+int64(len(byteOrderMark)))).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("password: %w", err)
	}
	if bytes.HasPrefix(line, []byte("\xff\xfe")) || bytes.HasPrefix(line, []byte("\xfe\xff")) { // half of its bytes are none of the password
		return nil, fmt.Errorf("password: %s is a text in UTF-16: save it as UTF-8", name)
	}
	line = bytes.TrimRight(bytes.TrimPrefix(line, []byte(byteOrderMark)), "\r\n")
	if len(line) > mostPassword { // a part of it would be another password
		return nil, fmt.Errorf("password: the first line of %s has more than %d bytes", name, mostPassword)
	}
	if len(line) == 0 {
		return nil, fmt.Errorf("password: the first line of %s is empty", name)
	}
	return line, nil
}

// ask asks on the terminal, without showing what is typed: not between two prompts either, and not what was
// typed ahead of them.
func (w World) ask(ctx context.Context, prompt string) ([]byte, error) {
	file, ok := w.In.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return nil, errNoPassword
	}
	show, err := hush(file)
	if err != nil {
		return nil, fmt.Errorf("password: %w", err)
	}
	defer show()
	lines := bufio.NewReader(file)
	first, err := w.askOnce(ctx, lines, prompt)
	if err != nil || prompt != newPassword {
		return first, err
	}
	second, err := w.askOnce(ctx, lines, "The same again")
	if err == nil && !bytes.Equal(first, second) {
		err = errors.New("wallet: the two passwords differ; nothing was written")
	}
	return first, err
}

// askOnce asks once. When ctx ends first, by an interrupt say, the read is left as it is: nothing ends a read of a
// terminal but its user.
func (w World) askOnce(ctx context.Context, lines *bufio.Reader, prompt string) ([]byte, error) {
	type answer struct {
		text []byte
		err  error
	}
	fmt.Fprintf(w.Err, "%s: ", prompt)
	defer fmt.Fprintln(w.Err)
	typed := make(chan answer, 1)
	go func() {
		text, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(text) > 0 {
			err = nil
		}
		typed <- answer{bytes.TrimRight(text, "\r\n"), err}
	}()
	select {
	case a := <-typed:
		if a.err != nil {
			return nil, fmt.Errorf("password: %w", a.err)
		}
		return a.text, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
