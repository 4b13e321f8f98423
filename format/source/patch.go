package source

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// Patcher is a [Format] that can write corrections back.
type Patcher interface {
	Format
	// Patch works out which bytes of the source have to change, and touches
	// nothing. ds is what Read returned, whole or one split of it; changes are
	// checked ([dataset.Change.Check]), hold at most one of each action for an
	// annotation, and none for what another one deletes or drops. A source that
	// does not say any more what ds says is an error.
	Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*Patch, error)
}

// A Patch is what has to change in the files of a source. Without changes it
// is empty.
type Patch struct {
	// Root is the absolute folder that names start from. Names are separated by
	// "/" and stay inside of it.
	Root string
	// Files are the files with other content, in the order of their names.
	Files []FilePatch
	// Moves are the files that get another place, or leave the dataset.
	Moves []Move
	// Applied is the dataset as the source says it with the changes made; nil when
	// that is what [dataset.Apply] makes of them. It is another where one record
	// speaks of several annotations: a row that labels many pictures, regions of a
	// mask that become one.
	Applied func() (*dataset.Dataset, error)
}

// Empty reports whether nothing changes.
func (p *Patch) Empty() bool { return len(p.Files) == 0 && len(p.Moves) == 0 }

// A Move gives a file another place, such as a picture whose folder is its
// class.
type Move struct {
	From string
	// To is the new place; for a dropped file, in the folder of the dropped ones,
	// where it has its old name when it is empty.
	To string
	// Drop tells that the file leaves the dataset: a picture, or a file that
	// speaks of nothing but a dropped picture.
	Drop bool
	// Renamed tells that its name was taken there, so that it got a number.
	Renamed bool
}

// A FilePatch changes the content of one file. It holds for that very file:
// Size and SHA256 are of all its bytes.
type FilePatch struct {
	Name   string
	Size   int64
	SHA256 [sha256.Size]byte
	// New tells that there is no such file yet; its one edit is the content.
	New bool
	// Edits are in the order of the file and do not overlap.
	Edits []Edit
	// Verify compares the file before and after, beyond the edits being made,
	// where more can go wrong; it may be nil.
	Verify func(ctx context.Context, before, after io.Reader) error
}

// An Edit puts New in the place of Old.
type Edit struct {
	// Offset is where Old starts, in bytes from the start of the file.
	Offset int64
	// Line is the number of its first line from 1; 0 in a file that is no text.
	Line     int
	Old, New []byte
}

// EditFile makes the patch of one file: it sorts the edits, drops those that
// change nothing, fills in Size, SHA256 and, where asked, the lines, and makes
// sure that the file holds every Old. The error says that the file has changed.
func EditFile(ctx context.Context, root, name string, edits []Edit, lines bool) (*FilePatch, error) {
	p := &FilePatch{Name: name, Edits: slices.DeleteFunc(edits, func(e Edit) bool { return string(e.Old) == string(e.New) })}
	slices.SortStableFunc(p.Edits, func(a, b Edit) int { return cmp.Compare(a.Offset, b.Offset) })
	f, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s again: %w", Show(name), err)
	}
	defer f.Close()
	h := sha256.New()
	in := bufio.NewReaderSize(io.TeeReader(f, h), 64<<10)
	line := 1
	skip := func(n int64) error {
		for n > 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			chunk, err := in.Peek(int(min(n, 32<<10)))
			if len(chunk) == 0 {
				if err == nil || errors.Is(err, io.EOF) {
					return p.changed()
				}
				return err
			}
			if lines {
				line += strings.Count(string(chunk), "\n")
			}
			p.Size += int64(len(chunk))
			n -= int64(len(chunk))
			if _, err := in.Discard(len(chunk)); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range p.Edits {
		e := &p.Edits[i]
		if e.Offset < p.Size {
			return nil, fmt.Errorf("%s: two corrections want the same bytes at offset %d; make one of them first, then the other", Show(name), e.Offset)
		}
		if err := skip(e.Offset - p.Size); err != nil {
			return nil, err
		}
		if lines {
			e.Line = line
		}
		old := make([]byte, len(e.Old))
		if _, err := io.ReadFull(in, old); err != nil || string(old) != string(e.Old) {
			return nil, p.changed()
		}
		if lines {
			line += strings.Count(string(old), "\n")
		}
		p.Size += int64(len(old))
	}
	rest, err := io.Copy(io.Discard, in)
	if err != nil {
		return nil, err
	}
	p.Size += rest
	h.Sum(p.SHA256[:0])
	return p, nil
}

// NewFile makes the patch that creates a file.
func NewFile(name string, content []byte) FilePatch {
	return FilePatch{Name: name, New: true, SHA256: sha256.Sum256(nil), Edits: []Edit{{New: content}}}
}

// Apply copies the file src to dst with the edits made: all bytes outside of
// them are the same. It fails when src is not the file that the patch was made
// from; what was written to dst is then of no use. Of a new file src is empty.
func (p *FilePatch) Apply(ctx context.Context, dst io.Writer, src io.Reader) error {
	h := sha256.New()
	in := io.TeeReader(bufio.NewReaderSize(src, 256<<10), h)
	at := int64(0)
	advance := func(dst io.Writer, offset int64) error {
		for at < offset {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			n, err := io.CopyN(dst, in, min(offset-at, 1<<20))
			at += n
			if errors.Is(err, io.EOF) {
				return p.changed()
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	for i := range p.Edits {
		e := &p.Edits[i]
		if err := advance(dst, e.Offset); err != nil {
			return err
		}
		if err := advance(io.Discard, e.Offset+int64(len(e.Old))); err != nil {
			return err
		}
		if _, err := dst.Write(e.New); err != nil {
			return err
		}
	}
	if err := advance(dst, p.Size); err != nil {
		return err
	}
	extra, err := io.CopyN(io.Discard, in, 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if extra > 0 || [sha256.Size]byte(h.Sum(nil)) != p.SHA256 {
		return p.changed()
	}
	return nil
}

func (p *FilePatch) changed() error {
	return fmt.Errorf("%s has changed since it was read; start again", Show(p.Name))
}

// KeyedChanges groups changes by the image and the ordinal of the annotation
// they speak of, which is how a format finds them again while it reads its
// source a second time.
type KeyedChanges struct {
	// Objects lead from annotations to their changes.
	Objects map[dataset.Key][]dataset.Change
	// Added lead from paths of images to the objects they get, in order.
	Added map[string][]dataset.Change
	// Dropped are the paths of images that go.
	Dropped map[string]bool
	// left are those that Take has not given away yet.
	left map[dataset.Key]bool
}

// KeyChanges groups changes of ds.
func KeyChanges(ds *dataset.Dataset, changes []dataset.Change) *KeyedChanges {
	ix := dataset.NewIndex(ds)
	k := &KeyedChanges{
		Objects: map[dataset.Key][]dataset.Change{}, Added: map[string][]dataset.Change{},
		Dropped: map[string]bool{}, left: map[dataset.Key]bool{},
	}
	for _, c := range changes {
		path := ds.Images[c.Image].Path
		switch c.Action {
		case dataset.DropImage:
			k.Dropped[path] = true
		case dataset.AddObject:
			k.Added[path] = append(k.Added[path], c)
		default:
			key := ix.Key(c.Annotation)
			k.Objects[key] = append(k.Objects[key], c)
			k.left[key] = true
		}
	}
	return k
}

// Take returns the changes of one annotation and notes that it was found.
func (k *KeyedChanges) Take(key dataset.Key) []dataset.Change {
	delete(k.left, key)
	return k.Objects[key]
}

// Missed returns an error that names an annotation which was not found, if
// there is one.
func (k *KeyedChanges) Missed(name string) error {
	var first string
	for key := range k.left {
		if s := key.String(); first == "" || s < first {
			first = s
		}
	}
	if first == "" {
		return nil
	}
	return fmt.Errorf("%s does not hold the annotation %s any more; it has changed since it was read, so check it again", Show(name), Show(first))
}

// Numbered puts a number behind the name of a file and before its extension.
func Numbered(name string, n int) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + strconv.Itoa(n) + ext
}
