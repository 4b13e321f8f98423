package workspace

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
)

// children are programs that tests run in processes of their own, so that they
// can be killed, or lack rights.
var children = map[string]func(args []string) error{
	"burst":   burstChild,
	"measure": measureChild,
	"hold":    holdChild,
	"open":    openChild,
}

func TestMain(m *testing.M) {
	if name := os.Getenv("ERRATA_TEST_CHILD"); name != "" {
		if err := children[name](os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "ERRATA_TEST_CHILD="+name)
	return cmd
}

// start starts a child and returns the lines that it prints.
func start(t *testing.T, cmd *exec.Cmd) *bufio.Scanner {
	t.Helper()
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return bufio.NewScanner(out)
}

// holdChild opens a workspace and keeps it until its input ends.
func holdChild(args []string) error {
	w, err := Open(ctx, args[0], Options{Command: "errata review flowers"})
	if err != nil {
		return err
	}
	fmt.Println("holding")
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return w.Close()
}

// openChild opens and closes a workspace, for reading when told so.
func openChild(args []string) error {
	w, err := Open(ctx, args[0], Options{ReadOnly: len(args) > 1})
	if err != nil {
		return err
	}
	if _, err := w.Files(ctx, testParams); err != nil {
		return err
	}
	return w.Close()
}
