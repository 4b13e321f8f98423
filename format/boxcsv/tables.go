package boxcsv

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/source"
)

// headSize is how much of a table decides about its columns.
const headSize = 64 << 10

// A table is one file of a set.
type table struct {
	columns
	// name is its path relative to the base of the set, folder where it lies.
	name, folder string
	split        string
}

// A set is all tables that a path means.
type set struct {
	// base is the absolute folder that names of tables are relative to.
	base string
	// source is what the dataset calls its source: base, or the only table.
	source string
	tables []table
	// classes lead from the identities of classes ("/m/011k07") to their names,
	// ids lead back; both nil without a list.
	classes, ids map[string]string
	order        []string
	list         string // the file of the list
	root         string
	// prefix is the folder of pictures in the root.
	prefix string
	album  *source.Album
	sizes  map[string][2]int
	// values are those of attributes.
	values map[string]string
}

var splitToken = regexp.MustCompile(`(?i)(?:^|[^a-z])(train|training|val|valid|validation|test|testing|dev)(?:[^a-z]|$)`)

// splitOf takes the split from the name of a table, or else of its folder.
func splitOf(name string, open bool) string {
	base := strings.TrimSuffix(path.Base(name), path.Ext(name))
	if open {
		if prefix, _, ok := strings.Cut(base, "annotations"); ok {
			prefix = strings.TrimRight(prefix, "-_")
			for _, version := range []string{"oidv6-", "oidv7-", "challenge-2018-", "challenge-2019-"} {
				prefix = strings.TrimPrefix(prefix, version)
			}
			return prefix
		}
	}
	for _, part := range []string{base, path.Base(path.Dir(name))} {
		if m := splitToken.FindStringSubmatch(part); m != nil {
			return strings.ToLower(m[1])
		}
	}
	return ""
}

func isTable(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".tsv", ".txt":
		return true
	}
	return false
}

// A lister lists folders and reads the starts of files below a path: both the
// first look of all formats and a thorough one do.
type lister interface {
	Files(rel string, ext ...string) []string
	Dirs(rel string) []string
	Head(rel string) []byte
}

// find lists the tables of one kind in a folder and in those below it, and the
// list of classes of Open Images. Open tells which kind is asked for.
func find(l lister, open bool) (tables []table, list string) {
	look := func(dir string) {
		for _, f := range l.Files(dir, ".csv", ".tsv", ".txt") {
			name := path.Join(dir, f)
			if open && strings.Contains(f, "class-descriptions") {
				if list == "" || strings.Contains(f, "boxable") {
					list = name
				}
				continue
			}
			head := l.Head(name)
			c := columnsOf(head, len(head) < headSize)
			if c.content == other || c.open != open {
				continue
			}
			t := table{columns: c, name: name, folder: dir, split: splitOf(name, open)}
			if c.content == pictures {
				t.split = ""
			}
			tables = append(tables, t)
		}
	}
	look("")
	for _, d := range l.Dirs("") {
		look(d)
	}
	if !slices.ContainsFunc(tables, func(t table) bool { return t.content != pictures }) {
		tables = nil
	}
	return tables, list
}

// clash names tables of which only one can be meant: those that no split tells
// apart.
func clash(tables []table) string {
	names := map[string][]string{}
	splits := map[string]map[string]bool{}
	for _, t := range tables {
		if splits[t.folder] == nil {
			splits[t.folder] = map[string]bool{}
		}
		names[t.folder] = append(names[t.folder], source.Show(path.Base(t.name)))
		splits[t.folder][t.split] = true
	}
	if len(names) > 1 && slices.ContainsFunc(tables, func(t table) bool { return t.split == "" }) {
		var all []string
		for _, t := range tables {
			all = append(all, source.Show(t.name))
		}
		return strings.Join(all, ", ")
	}
	for _, t := range tables {
		if n := names[t.folder]; len(n) > len(splits[t.folder]) || len(n) > 1 && splits[t.folder][""] {
			return strings.Join(n, ", ")
		}
	}
	return ""
}

// discover finds the tables that a path means. Open asks for those of Open
// Images.
func discover(name string, open bool) (*set, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	p, err := source.NewPeek(abs)
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", source.Show(name), err)
	}
	s := &set{base: abs, source: abs, sizes: map[string][2]int{}, values: map[string]string{}}
	if !p.Dir {
		head := p.Head("")
		c := columnsOf(head, len(head) < headSize)
		if c.content == other || open != c.open || c.content == pictures {
			return nil, fmt.Errorf("%s is no table of boxes: expected a header that names the picture, the class and the edges of the box, such as %s", source.Show(name), example(open))
		}
		s.base = filepath.Dir(abs)
		file := filepath.Base(abs)
		s.tables = []table{{columns: c, name: file, split: splitOf(file, open)}}
		if p, err = source.NewPeek(s.base); err != nil {
			return nil, err
		}
		if open {
			_, s.list = find(p, true)
		}
	} else {
		s.tables, s.list = find(p, open)
		if len(s.tables) == 0 {
			return nil, fmt.Errorf("%s holds no table of boxes: expected a file whose header names the picture, the class and the edges of the box, such as %s", source.Show(name), example(open))
		}
		if !open {
			if names := clash(s.tables); names != "" {
				return nil, fmt.Errorf("%s holds several tables of boxes (%s); give the path of one", source.Show(name), names)
			}
		}
		if len(s.tables) == 1 {
			s.source = filepath.Join(s.base, filepath.FromSlash(s.tables[0].name))
		}
	}
	return s, s.readClasses()
}

func example(open bool) string {
	if open {
		return "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax"
	}
	return "filename,width,height,class,xmin,ymin,xmax,ymax"
}

// readClasses reads the list of classes of Open Images: identity and name in
// each row.
func (s *set) readClasses() error {
	if s.list == "" {
		return nil
	}
	f, err := os.Open(filepath.Join(s.base, filepath.FromSlash(s.list)))
	if err != nil {
		return fmt.Errorf("cannot read the list of classes: %w", err)
	}
	defer f.Close()
	s.classes, s.ids = map[string]string{}, map[string]string{}
	sc := csvtext.NewScanner(f, ',')
	for sc.Scan() {
		r := sc.Record()
		if len(r.Cells) < 2 || r.Line == 1 && string(r.Cells[0].Value) == "LabelName" {
			continue
		}
		id, name := string(r.Cells[0].Value), string(r.Cells[1].Value)
		if _, twice := s.classes[id]; twice || id == "" || name == "" {
			continue
		}
		s.classes[id] = name
		if _, twice := s.ids[name]; !twice {
			s.ids[name] = id
			s.order = append(s.order, name)
		}
	}
	return sc.Err()
}

// locate finds out where the pictures are.
func (s *set) locate(o source.Options) error {
	var sample []string
	for i := range s.tables {
		t := &s.tables[i]
		names, err := t.sample(s.base)
		if err != nil {
			return err
		}
		sample = append(sample, names...)
	}
	var err error
	if s.root, s.prefix, err = source.PictureFolder(o, s.base, sample); err != nil {
		return err
	}
	s.album = source.OpenAlbum(s.root)
	return nil
}

// sample returns the names of pictures in the first rows.
func (t *table) sample(base string) ([]string, error) {
	f, err := os.Open(filepath.Join(base, filepath.FromSlash(t.name)))
	if err != nil {
		return nil, fmt.Errorf("cannot open the table: %w", err)
	}
	defer f.Close()
	var out []string
	sc := csvtext.NewScanner(io.LimitReader(f, headSize), t.delim)
	for n := 0; n < sampleRows && sc.Scan(); n++ {
		if r := sc.Record(); (n > 0 || !t.header) && t.image < len(r.Cells) && len(out) < 32 {
			out = append(out, string(r.Cells[t.image].Value))
		}
	}
	return out, nil
}

// picture returns the path of the picture that a cell names.
func (s *set) picture(t *table, cell string) (name string, found bool) {
	inRoot := s.root == s.base
	for _, folder := range []string{t.folder, s.prefix} {
		if folder == "" || !inRoot {
			continue
		}
		if p := path.Join(folder, cell); filepath.IsLocal(filepath.FromSlash(p)) {
			if s.album.Has(p) {
				return p, true
			}
			if p, ok := s.album.Beside(path.Dir(p), path.Base(p)); ok {
				return p, true
			}
		}
	}
	return s.album.Find(cell)
}

// size returns the size of a picture, which is looked up once.
func (s *set) size(name string) (w, h int, ok bool) {
	v, known := s.sizes[name]
	if !known {
		if w, h, err := source.SizeOf(filepath.Join(s.root, filepath.FromSlash(name))); err == nil {
			v = [2]int{w, h}
		}
		s.sizes[name] = v
	}
	return v[0], v[1], v[0] > 0
}

// rows calls visit with every record of a table that is not blank, the header
// excluded. The record is valid during the call only.
func (s *set) rows(ctx context.Context, t *table, visit func(*csvtext.Record) error) error {
	f, err := os.Open(filepath.Join(s.base, filepath.FromSlash(t.name)))
	if err != nil {
		return fmt.Errorf("cannot open the table: %w", err)
	}
	defer f.Close()
	sc := csvtext.NewScanner(f, t.delim)
	header := t.header
	for n := 0; sc.Scan(); n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := sc.Record()
		if r.Blank() {
			continue
		}
		if header {
			header = false
			continue
		}
		if err := visit(r); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("cannot read %s: %w", source.Show(t.name), err)
	}
	return ctx.Err()
}

// lineEnd is how a record ends; empty for the last one without.
func lineEnd(record []byte) []byte { return record[len(bytes.TrimRight(record, "\r\n")):] }
