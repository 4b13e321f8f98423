package webdataset

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

const (
	block = 512
	// maxUnpacked bounds a compressed shard, maxText a member with labels,
	// maxMembers those of a sample, maxSamples those of a shard.
	maxUnpacked = 4 << 30
	maxText     = 16 << 20
	maxMembers  = 256
	maxSamples  = 20_000_000
)

// A shard is one tar file.
type shard struct {
	name   string // relative to the folder
	packed bool
	open   func() (source.ReadAtCloser, error)
}

func newShard(folder, name string) *shard {
	full := filepath.Join(folder, filepath.FromSlash(name))
	s := &shard{name: name, packed: !strings.EqualFold(filepath.Ext(name), ".tar")}
	s.open = func() (source.ReadAtCloser, error) { return os.Open(full) }
	if s.packed {
		unpacked := sync.OnceValues(func() ([]byte, error) { return unpack(full) })
		s.open = func() (source.ReadAtCloser, error) {
			data, err := unpacked()
			return inMemory{bytes.NewReader(data)}, err
		}
	}
	return s
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

func unpack(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxUnpacked+1))
	if len(data) > maxUnpacked {
		return nil, fmt.Errorf("it has more than %d bytes when unpacked; unpack it with gunzip first", int64(maxUnpacked))
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // cut off: what is there counts
	}
	return data, err
}

// A member is a file in a shard.
type member struct {
	name string
	// extension is what follows the first dot, in lower case.
	extension string
	// begin is where its heads start, data where its bytes do, and end is behind
	// its padding.
	begin, data, size, end int64
}

// A sample are the members with the same name up to the first dot.
type sample struct {
	key     string
	members []member
}

// keyOf splits the name of a member.
func keyOf(name string) (key, extension string) {
	dir, base := "", name
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		dir, base = name[:i+1], name[i+1:]
	}
	stem, extension, _ := strings.Cut(base, ".")
	return dir + stem, strings.ToLower(extension)
}

// A place reads a file from a position on.
type placed struct {
	in io.ReaderAt
	at int64
}

func (p *placed) Read(b []byte) (int, error) {
	n, err := p.in.ReadAt(b, p.at)
	p.at += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (p *placed) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
		p.at = offset
	case io.SeekCurrent:
		p.at += offset
	default:
		return 0, errors.ErrUnsupported
	}
	return p.at, nil
}

// samples calls visit with the samples of a shard in their order. What is not
// read is told to skip.
func (s *shard) samples(ctx context.Context, visit func(f io.ReaderAt, sm sample), skip func(message string)) error {
	f, err := s.open()
	if err != nil {
		return err
	}
	defer f.Close()
	at := &placed{in: f}
	in := tar.NewReader(at)
	var now sample
	flush := func() {
		if len(now.members) > 0 {
			visit(f, now)
		}
		now = sample{}
	}
	defer flush()
	begin, count := int64(0), 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			skip(fmt.Sprintf("the archive is damaged after byte %d and is read up to there: %v", begin, err))
			return nil
		}
		m := member{name: h.Name, begin: begin, data: at.at, size: h.Size}
		if h.Typeflag != tar.TypeReg {
			m.size = 0
		}
		m.end = m.data + (m.size+block-1)/block*block
		begin = m.end
		if m.size < 0 || m.end < m.data {
			skip(fmt.Sprintf("the member %s has an impossible size; the archive is read up to there", source.Show(h.Name)))
			return nil
		}
		key, extension := keyOf(h.Name)
		switch {
		case h.Typeflag != tar.TypeReg || extension == "" || isIgnored(h.Name):
			continue
		case h.Format == tar.FormatGNU && h.PAXRecords["GNU.sparse.major"] != "" || h.PAXRecords["GNU.sparse.map"] != "":
			skip(fmt.Sprintf("the member %s is a sparse file and is left out", source.Show(h.Name)))
			continue
		}
		if key != now.key {
			flush()
			if count++; count > maxSamples {
				skip(fmt.Sprintf("the archive has more than %d samples; only those are read", maxSamples))
				return nil
			}
			now.key = key
		}
		m.extension = extension
		if len(now.members) < maxMembers {
			now.members = append(now.members, m)
		}
	}
}

func isIgnored(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if source.Ignored(part) && part != "." && part != ".." {
			return true
		}
	}
	return false
}

// text reads a whole member.
func (m *member) text(f io.ReaderAt) ([]byte, error) {
	if m.size > maxText {
		return nil, fmt.Errorf("the member %s has %d bytes; at most %d are read as labels", source.Show(m.name), m.size, maxText)
	}
	data, err := io.ReadAll(io.NewSectionReader(f, m.data, m.size))
	if err == nil && int64(len(data)) < m.size {
		err = fmt.Errorf("the archive ends within the member %s; it was cut off, so copy it again", source.Show(m.name))
	}
	return data, err
}

// pictures are the members that images are.
type pictures struct {
	folder string
	of     map[string]place
}

// A place is the sample of an image; picture is its member.
type place struct {
	*shard
	*sample
	picture int
}

// Read implements [dataset.Pictures].
func (p *pictures) Read(im *dataset.Image) ([]byte, error) {
	at, ok := p.of[im.Path]
	if !ok {
		return nil, fmt.Errorf("it is in no archive; read the dataset again")
	}
	m := at.members[at.picture]
	if m.size > 1<<30 {
		return nil, fmt.Errorf("the picture has %d bytes, which is too much", m.size)
	}
	f, err := at.open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.NewSectionReader(f, m.data, m.size))
	if err == nil && int64(len(data)) < m.size {
		err = fmt.Errorf("%s ends within the picture; it was cut off, so copy it again", source.Show(at.name()))
	}
	return data, err
}

func (p place) name() string { return p.shard.name }

// Stat implements [dataset.Pictures].
func (p *pictures) Stat(im *dataset.Image) (size, modTime int64, err error) {
	at, ok := p.of[im.Path]
	if !ok {
		return 0, 0, fmt.Errorf("it is in no archive; read the dataset again")
	}
	info, err := os.Stat(filepath.Join(p.folder, filepath.FromSlash(at.name())))
	if err != nil {
		return 0, 0, err
	}
	return at.members[at.picture].size, info.ModTime().UnixNano(), nil
}
