package webdataset

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// head fields of a tar block.
const (
	sizeAt, sizeEnd = 124, 136
	sumAt, sumEnd   = 148, 156
)

// readAt reads a range of a shard, as far as it is there.
func readAt(f io.ReaderAt, from, to int64) ([]byte, error) {
	if to-from > 1<<30 {
		return nil, fmt.Errorf("%d bytes would have to be read at once", to-from)
	}
	out := make([]byte, max(0, to-from))
	n, err := f.ReadAt(out, from)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out[:n], err
}

// rewrite returns the edits that give a member another content.
func (m *member) rewrite(f io.ReaderAt, content []byte) ([]source.Edit, error) {
	old, err := readAt(f, m.data, m.end)
	if err != nil {
		return nil, err
	}
	if int64(len(old)) < m.size {
		return nil, fmt.Errorf("the archive ends within the member %s; copy it again", source.Show(m.name))
	}
	if bytes.Equal(old[:m.size], content) {
		return nil, nil
	}
	padded := append(bytes.Clone(content), make([]byte, padding(int64(len(content))))...)
	edit := source.Edit{Offset: m.data, Old: old, New: padded}
	if int64(len(content)) == m.size {
		edit.Old, edit.New = old[:m.size], content
		return []source.Edit{trim(edit)}, nil
	}
	head, err := readAt(f, m.data-block, m.data)
	if err != nil {
		return nil, err
	}
	if len(head) < block {
		return nil, fmt.Errorf("the archive has become shorter; read it again")
	}
	size, err := strconv.ParseInt(strings.Trim(string(head[sizeAt:sizeEnd]), " \x00"), 8, 64)
	if err != nil || size != m.size {
		return nil, fmt.Errorf("the head of the member %s gives its size in a way that cannot be corrected; write the archive anew with another tool first", source.Show(m.name))
	}
	fresh := bytes.Clone(head)
	digits := sizeEnd - sizeAt - 1
	copy(fresh[sizeAt:], fmt.Sprintf("%0*o", digits, len(content)))
	copy(fresh[sumAt:sumEnd], "        ")
	sum := 0
	for _, c := range fresh {
		sum += int(c)
	}
	copy(fresh[sumAt:sumEnd], fmt.Sprintf("%06o\x00 ", sum))
	return []source.Edit{trim(source.Edit{Offset: m.data - block, Old: head, New: fresh}), trim(edit)}, nil
}

func padding(size int64) int64 { return (block - size%block) % block }

// trim cuts what is the same off both ends of an edit.
func trim(e source.Edit) source.Edit {
	head := 0
	for head < len(e.Old) && head < len(e.New) && e.Old[head] == e.New[head] {
		head++
	}
	tail := 0
	for tail < len(e.Old)-head && tail < len(e.New)-head && e.Old[len(e.Old)-1-tail] == e.New[len(e.New)-1-tail] {
		tail++
	}
	return source.Edit{Offset: e.Offset + int64(head), Old: e.Old[head : len(e.Old)-tail], New: e.New[head : len(e.New)-tail]}
}

// remove returns the edit that takes a member with its heads out.
func (m *member) remove(f io.ReaderAt) (source.Edit, error) {
	old, err := readAt(f, m.begin, m.end)
	return source.Edit{Offset: m.begin, Old: old}, err
}

// encodeMember returns a member as bytes of an archive.
func encodeMember(name string, content []byte) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err := w.Flush() // and no end of the archive
	return out.Bytes(), err
}
