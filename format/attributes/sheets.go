package attributes

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// A kind says how a file spells labels.
type kind uint8

const (
	// peta: a key and attributes in each line.
	peta kind = iota
	// matrix: CelebA's count, names and numbers.
	matrix
	// table: a delimited text with a column for each attribute.
	table
	// list: a picture and numbers of classes in each line.
	list
)

// A sheet is one file of labels.
type sheet struct {
	kind kind
	// name is its path relative to the base of the set, folder where it lies.
	name, folder, split string
	file                *linetext.File
	data                []byte
	// classes are the names of the columns, or of the numbers of a list.
	classes []string
	layout  layout
}

// A row is what one line says. It is valid during the visit only.
type row struct {
	sheet *sheet
	line  linetext.Line
	// key is what it names, paths the pictures that this means.
	key   string
	paths []string
	split string
	// labels are the names of what the pictures have, in order; at says for each
	// its place in fields.
	labels []string
	at     []int
	// fields are the words behind the key, or the cells of the classes.
	fields []linetext.Field
	first  linetext.Field // the key itself
	// from and to bound the record in the file, its line end included.
	from, to int64
}

// A set is all that a path means.
type set struct {
	// base is the absolute folder that names are relative to; source is what the
	// dataset calls its source.
	base, source string
	// named is the path that was asked for.
	named        string
	sheets       []*sheet
	root, prefix string
	album        *source.Album
	// people leads from keys to pictures, folder by folder (PETA).
	people map[string]map[string][]string
	// pictures are all pictures of PETA in order.
	pictures []string
}

// A lister lists folders and reads the starts of files below a path.
type lister interface {
	Files(rel string, ext ...string) []string
	Dirs(rel string) []string
	Head(rel string) []byte
}

var splitToken = regexp.MustCompile(`(?i)(?:^|[^a-z])(train|training|val|valid|validation|test|testing|dev)(?:[^a-z]|$)`)

// splitOf takes the split from the name of a file, or else of its folder.
func splitOf(name string) string {
	for _, part := range []string{strings.TrimSuffix(path.Base(name), path.Ext(name)), path.Base(path.Dir(name))} {
		if m := splitToken.FindStringSubmatch(part); m != nil {
			return strings.ToLower(m[1])
		}
	}
	return ""
}

// find lists the sheets below a path, of the first kind there is. The second
// result names tables of which only one can be meant.
func find(l lister) (sheets []*sheet, clash string) {
	folders := []string{""}
	for _, d := range l.Dirs("") {
		folders = append(folders, d)
		if slices.Contains(l.Dirs(d), "archive") {
			folders = append(folders, path.Join(d, "archive"))
		}
	}
	for _, look := range []func(l lister, folder string) []*sheet{petaIn, matrixIn, listsIn, tablesIn} {
		for _, folder := range folders {
			found := look(l, folder)
			splits := map[string]bool{}
			var names []string
			for _, s := range found {
				splits[s.split] = true
				names = append(names, source.Show(path.Base(s.name)))
			}
			if len(found) > 1 && (len(splits) < len(found) || splits[""]) {
				return nil, strings.Join(names, ", ")
			}
			sheets = append(sheets, found...)
		}
		if len(sheets) > 0 {
			return sheets, apart(sheets)
		}
	}
	return nil, ""
}

// apart names files of several folders that no split tells apart; PETA's are of
// one dataset all the same.
func apart(sheets []*sheet) string {
	var names []string
	unsplit := false
	for _, s := range sheets {
		unsplit = unsplit || splitOf(path.Join(s.folder, "x")) == ""
		names = append(names, source.Show(s.name))
	}
	if sheets[0].kind == peta || sheets[0].folder == sheets[len(sheets)-1].folder || !unsplit {
		return ""
	}
	return strings.Join(names, ", ")
}

// sheetOf recognises a single file.
func sheetOf(name string, head []byte, l lister) *sheet {
	base := path.Base(name)
	switch {
	case strings.EqualFold(base, labelFile) && isPeta(head):
		return &sheet{kind: peta, name: name}
	case isMatrix(head):
		return &sheet{kind: matrix, name: name}
	}
	for _, s := range listsIn(l, "") {
		if s.name == base {
			return s
		}
	}
	if t, ok := layoutOf(base, head); ok {
		return &sheet{kind: table, name: name, split: splitOf(base), layout: t}
	}
	return nil
}

const headSize = 64 << 10

// discover finds out what a path means.
func discover(name string) (*set, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	p, err := source.NewPeek(abs)
	if err != nil {
		return nil, fmt.Errorf("cannot open %s: %w", source.Show(name), err)
	}
	s := &set{base: abs, source: abs, named: abs}
	if p.Dir {
		var clash string
		if s.sheets, clash = find(p); clash != "" {
			return nil, fmt.Errorf("%s holds several tables of attributes (%s); give the path of one", source.Show(name), clash)
		}
	} else {
		if s.base = filepath.Dir(abs); filepath.Base(s.base) == "Anno" && isMatrix(p.Head("")) {
			return discover(filepath.Dir(s.base)) // CelebA's other files lie beside Anno
		}
		beside, err := source.NewPeek(s.base)
		if err != nil {
			return nil, err
		}
		if one := sheetOf(filepath.Base(abs), p.Head(""), beside); one != nil {
			s.sheets = []*sheet{one}
		}
	}
	if len(s.sheets) == 0 {
		return nil, fmt.Errorf("%s holds no attributes of pictures: expected Label.txt with a picture or person and its attributes in each line, list_attr_celeba.txt, or a table with a column of 1 and 0 for each attribute", source.Show(name))
	}
	switch k := s.sheets[0].kind; {
	case k == table && len(s.sheets) == 1:
		s.source = filepath.Join(s.base, filepath.FromSlash(s.sheets[0].name))
	default:
		s.source = s.base
	}
	for _, sh := range s.sheets {
		if err := s.open(sh); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// open reads a sheet whole.
func (s *set) open(sh *sheet) error {
	file := filepath.Join(s.base, filepath.FromSlash(sh.name))
	data, err := readAll(file)
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", source.Show(sh.name), err)
	}
	sh.data = data
	if sh.kind != table {
		sh.file = linetext.Parse(data)
	}
	switch sh.kind {
	case matrix:
		for _, f := range sh.file.Lines[1].Fields() {
			sh.classes = append(sh.classes, f.Text)
		}
	case list:
		sh.classes, err = classesOf(filepath.Join(s.base, filepath.FromSlash(sh.layout.classes)))
	case table:
		for _, i := range sh.layout.labels {
			sh.classes = append(sh.classes, sh.layout.names[i])
		}
	}
	return err
}

// locate finds out where the pictures are.
func (s *set) locate(o source.Options) error {
	if s.sheets[0].kind == peta {
		s.root = s.base
		if o.Images != "" {
			var err error
			if s.root, err = filepath.Abs(o.Images); err != nil {
				return err
			}
		}
		s.album = source.OpenAlbum(s.root)
		s.findPeople(o.Images != "")
		return nil
	}
	var sample []string
	for _, sh := range s.sheets {
		n := 0
		err := sh.rows(context.Background(), func(r *row) error {
			if n++; n <= 32 {
				sample = append(sample, path.Join(sh.folder, r.key), r.key)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	var err error
	if s.root, s.prefix, err = source.PictureFolder(o, s.base, sample); err != nil {
		return err
	}
	s.album = source.OpenAlbum(s.root)
	return nil
}

// picture returns the path of the picture that a row names.
func (s *set) picture(sh *sheet, key string) string {
	if s.root == s.base {
		for _, folder := range []string{sh.folder, s.prefix} {
			p := path.Join(folder, key)
			if !filepath.IsLocal(filepath.FromSlash(p)) {
				continue
			}
			if s.album.Has(p) {
				return p
			}
			if p, ok := s.album.Beside(path.Dir(p), path.Base(p)); ok {
				return p
			}
		}
	}
	p, _ := s.album.Find(key)
	return p
}

// each calls visit with every row of all sheets, with its pictures.
func (s *set) each(ctx context.Context, visit func(*row) error) error {
	for _, sh := range s.sheets {
		err := sh.rows(ctx, func(r *row) error {
			if r.split == "" {
				r.split = sh.split
			}
			if sh.kind == peta {
				r.paths = s.people[sh.folder][r.key]
			} else {
				r.paths = []string{s.picture(sh, r.key)}
			}
			return visit(r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// rows calls visit with every row of a sheet.
func (sh *sheet) rows(ctx context.Context, visit func(*row) error) error {
	if sh.kind == table {
		return sh.layout.rows(ctx, sh, visit)
	}
	skip := 0
	if sh.kind == matrix {
		skip = 2
	}
	for i, l := range sh.file.Lines {
		if i%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		fields := l.Fields()
		if i < skip || len(fields) == 0 {
			continue
		}
		r := &row{sheet: sh, line: l, key: fields[0].Text, first: fields[0], fields: fields[1:], from: l.Offset, to: l.Next()}
		if sh.kind == list {
			r = sh.listRow(l, fields)
		}
		for k, f := range r.fields {
			label, ok := f.Text, true
			switch sh.kind {
			case matrix:
				ok = k < len(sh.classes) && f.Text == "1"
				label = sh.className(k)
			case list:
				label = sh.numbered(f.Text)
			}
			if ok {
				r.labels, r.at = append(r.labels, label), append(r.at, k)
			}
		}
		if err := visit(r); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (sh *sheet) className(i int) string {
	if i < len(sh.classes) {
		return sh.classes[i]
	}
	return ""
}

func isPicture(name string) bool {
	return pixel.HasImageExtension(name) && !strings.Contains(name, "://")
}
