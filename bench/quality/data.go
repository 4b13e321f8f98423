package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/errata-cv/errata/embed"
	"github.com/errata-cv/errata/pixel"
)

// data is a labelled dataset whose wrong labels are known, or not (wrong nil).
type data struct {
	names   []string
	files   [][]byte
	labels  []int
	classes []string
	wrong   []bool
}

type set struct {
	name, folder string
	read         func(dir string) (*data, error)
}

var sets = []set{
	{"cifar10n-aggregate", "data/cifar10n-25k", cifar("aggregate")},
	{"cifar10n-random1", "data/cifar10n-25k", cifar("random1")},
	{"roman-numerals", "data/roman-numerals", roman},
	{"hymenoptera", "data/hymenoptera", hymenoptera},
}

// cifar reads a column of human labels; the column true is the truth.
func cifar(column string) func(dir string) (*data, error) {
	return func(dir string) (*data, error) {
		files, err := readTar(filepath.Join(dir, "images.tar"))
		if err != nil {
			return nil, err
		}
		rows, err := readCSV(filepath.Join(dir, "labels.csv"))
		if err != nil {
			return nil, err
		}
		var b builder
		for _, row := range rows {
			file, ok := files[path.Base(row["image"])]
			if !ok {
				return nil, fmt.Errorf("labels.csv names %s, which images.tar does not hold", row["image"])
			}
			b.add(row["image"], file, row[column], row[column] != row["true"])
		}
		return b.data(true), nil
	}
}

// roman reads the train part; what the review calls an error is one.
func roman(dir string) (*data, error) {
	rows, err := readCSV(filepath.Join(dir, "ground_truth_review.csv"))
	if err != nil {
		return nil, err
	}
	var b builder
	for _, row := range rows {
		if !strings.HasPrefix(row["file"], "train/") {
			continue
		}
		file, err := os.ReadFile(filepath.Join(dir, row["file"]))
		if err != nil {
			return nil, err
		}
		b.add(row["file"], file, row["given_label"], row["label_error"] == "1")
	}
	return b.data(true), nil
}

// hymenoptera reads the train part, whose errors are not listed anywhere.
func hymenoptera(dir string) (*data, error) {
	var b builder
	root := os.DirFS(filepath.Join(dir, "train"))
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !pixel.HasImageExtension(name) {
			return err
		}
		file, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		b.add(name, file, path.Dir(name), false)
		return nil
	})
	return b.data(false), err
}

// builder collects pictures in the order in which they come.
type builder struct {
	d      data
	labels []string
}

func (b *builder) add(name string, file []byte, label string, wrong bool) {
	b.d.names = append(b.d.names, name)
	b.d.files = append(b.d.files, file)
	b.d.wrong = append(b.d.wrong, wrong)
	b.labels = append(b.labels, label)
}

func (b *builder) data(known bool) *data {
	b.d.classes = slices.Compact(slices.Sorted(slices.Values(b.labels)))
	for _, l := range b.labels {
		c, _ := slices.BinarySearch(b.d.classes, l)
		b.d.labels = append(b.d.labels, c)
	}
	if !known {
		b.d.wrong = nil
	}
	return &b.d
}

func readTar(name string) (map[string][]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files := map[string][]byte{}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		var b bytes.Buffer
		if _, err := io.Copy(&b, r); err != nil {
			return nil, err
		}
		files[path.Base(h.Name)] = b.Bytes()
	}
}

func readCSV(name string) ([]map[string]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) == 0 {
		return nil, err
	}
	var rows []map[string]string
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, v := range r {
			row[records[0][i]] = v
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// decode measures every picture as a scan does and returns the inputs of the
// embedding and a group for each: pictures of equal pixels share one. A picture
// that cannot be decoded is grey.
func decode(d *data) (embed.Pictures, []int32, error) {
	const size = embed.InputSide * embed.InputSide * 3
	in := embed.Pictures{Pixels: embed.InputSide, Data: make([]uint8, len(d.files)*size)}
	hashes := make([][32]byte, len(d.files))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(d.files); i = int(next.Add(1)) - 1 {
				m, err := pixel.Measure(d.files[i], pixel.Options{InputSide: embed.InputSide})
				if err != nil {
					for j := range size {
						in.Data[i*size+j] = 128
					}
					hashes[i] = sha256.Sum256(d.files[i])
					continue
				}
				copy(in.Data[i*size:], m.Input)
				hashes[i] = m.PixelHash
			}
		})
	}
	wait.Wait()
	groups := make([]int32, len(hashes))
	first := map[[32]byte]int32{}
	for i, h := range hashes {
		g, ok := first[h]
		if !ok {
			g = int32(i)
			first[h] = g
		}
		groups[i] = g
	}
	return in, groups, nil
}
