package npy

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"github.com/errata-cv/errata/format/source"
)

// maxMembers bounds the arrays in an archive.
const maxMembers = 4096

// openArchive reads the heads of the arrays in a .npz file. Members that are
// not compressed are read in place; others are unpacked into memory when they
// are needed. What cannot be used is told to skip.
func openArchive(folder, name string, skip func(member string, err error)) ([]*array, error) {
	full := filepath.Join(folder, filepath.FromSlash(name))
	z, err := zip.OpenReader(full)
	if err != nil {
		return nil, fmt.Errorf("it is no .npz archive: %w", err)
	}
	defer z.Close()
	if len(z.File) > maxMembers {
		return nil, fmt.Errorf("it has %d members; at most %d are read", len(z.File), maxMembers)
	}
	var out []*array
	for i, f := range z.File {
		if filepath.Ext(f.Name) != ".npy" {
			continue
		}
		a := &array{name: name + "/" + filepath.Base(f.Name), inside: true}
		if err := a.openMember(full, i, f); err != nil {
			skip(a.name, err)
			continue
		}
		out = append(out, a)
	}
	return out, nil
}

// openMember reads the head of member i, f, of an archive.
func (a *array) openMember(archive string, i int, f *zip.File) error {
	size := int64(f.UncompressedSize64)
	if size < 0 || size > maxBytes {
		return fmt.Errorf("it has %d bytes when unpacked; unpack the archive and read the folder", f.UncompressedSize64)
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	start, err := io.ReadAll(io.LimitReader(in, maxHead+12))
	if err != nil {
		return err
	}
	// Only the head is looked at; size says what follows.
	if err := a.readHead(bytes.NewReader(start), size); err != nil {
		return err
	}
	a.open = sync.OnceValues(func() (source.ReadAtCloser, error) {
		z, err := zip.OpenReader(archive)
		if err != nil {
			return nil, err
		}
		defer z.Close()
		if i >= len(z.File) || z.File[i].Name != f.Name {
			return nil, fmt.Errorf("%s has changed since it was read", source.Show(a.name))
		}
		in, err := z.File[i].Open()
		if err != nil {
			return nil, err
		}
		defer in.Close()
		data, err := io.ReadAll(io.LimitReader(in, size))
		return inMemory{bytes.NewReader(data)}, err
	})
	return nil
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
