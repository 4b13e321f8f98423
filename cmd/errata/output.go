package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// canWrite looks, before long work, whether the folders of files that are to be
// written exist. Empty paths are passed over.
func canWrite(paths ...string) error {
	for _, path := range paths {
		if path == "" {
			continue
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return fmt.Errorf("cannot write %s: it is a folder; name a file", path)
		}
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return fmt.Errorf("cannot write %s: %w", path, unpathed(err))
		}
	}
	return nil
}

// toOutput writes to the file that was asked for, or to standard output.
func toOutput(cmd *cobra.Command, path string, write func(io.Writer) error) error {
	if path != "" {
		return toFile(path, write)
	}
	if err := write(cmd.OutOrStdout()); err != nil {
		return fmt.Errorf("cannot write to standard output: %w", unpathed(err))
	}
	return nil
}

// toFile writes a file whole or not at all. What is no regular file (a device,
// a pipe) is written to as it is.
func toFile(path string, write func(io.Writer) error) error {
	var err error
	if real, errLink := filepath.EvalSymlinks(path); errLink == nil {
		path = real
	}
	if info, errStat := os.Stat(path); errStat == nil && !info.Mode().IsRegular() {
		err = writeTo(path, os.O_WRONLY, 0, write)
	} else {
		err = replace(path, info, write)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, unpathed(err))
	}
	return nil
}

// replace writes beside path and gives the file its name when it is complete,
// and the permissions of what was there before.
func replace(path string, before fs.FileInfo, write func(io.Writer) error) error {
	part := filepath.Join(filepath.Dir(path), fmt.Sprintf(".errata-%08x.part", rand.Uint32()))
	err := writeTo(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666, write)
	if err == nil && before != nil {
		err = os.Chmod(part, before.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		_ = os.Remove(part) // what matters is the first error
	}
	return err
}

func writeTo(path string, flag int, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, flag, mode)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(f)
	if err = write(b); err == nil {
		err = b.Flush()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// unpathed is an error of the file system without the path it names, where the
// message around it names one already.
func unpathed(err error) error {
	switch e := err.(type) { //nolint:errorlint // one inside another message is part of that message
	case *fs.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
