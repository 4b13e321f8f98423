package fix

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"github.com/errata-cv/errata/stage"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

const (
	manifestPrefix  = ".errata-undo-"
	backupPrefix    = ".errata-backup-"
	newPrefix       = ".errata-new-"
	manifestVersion = 1
	stateMoving     = "moving"
	stateDone       = "done"
)

// A manifest says what a correction in place does. It is on the disk, in the
// root, before anything moves. Paths are relative to the root or absolute.
type manifest struct {
	Version int    `json:"version"`
	State   string `json:"state"`
	// Folders are made for the moves, a folder before those in it.
	Folders []text         `json:"folders"`
	Moves   []manifestMove `json:"moves"`
}

type manifestMove struct {
	From text `json:"from"`
	To   text `json:"to"`
}

// scriptOf returns the script that does what a manifest says.
func scriptOf(manifest string) string { return strings.TrimSuffix(manifest, ".json") + ".sh" }

// begin writes the script and then the manifest, durably.
func (m *manifest) begin(path string) error {
	if err := stage.WriteDurable(scriptOf(path), m.script(filepath.Base(path)), 0o777); err != nil {
		return err
	}
	if err := m.save(path); err != nil {
		return errors.Join(err, os.Remove(scriptOf(path)))
	}
	return nil
}

func (m *manifest) save(path string) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return stage.WriteDurable(path, append(data, '\n'), 0o666)
}

// forget removes the manifest and its script.
func (m *manifest) forget(path string) error {
	err := os.Remove(path)
	if script := os.Remove(scriptOf(path)); err == nil && !errors.Is(script, fs.ErrNotExist) {
		err = script
	}
	return err
}

func readManifest(path string) (*manifest, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := &manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s is no undo file of errata fix: %w", source.Show(path), err)
	}
	if m.Version != manifestVersion {
		return nil, fmt.Errorf("%s is of version %d, this program knows version %d; use a newer one", source.Show(path), m.Version, manifestVersion)
	}
	for _, mv := range m.Moves {
		if !filepath.IsLocal(filepath.FromSlash(string(mv.From))) {
			return nil, fmt.Errorf("%s moves a file to %s, outside of its folder; it was not made by errata fix", source.Show(path), source.Show(string(mv.From)))
		}
	}
	return m, nil
}

// Undo puts all pictures back that a correction in place moved, completed or
// interrupted, and removes its manifest, its script, and the folders it made.
// Nothing is overwritten: where it cannot go on with a picture it leaves it,
// goes on with the others, and says so; it can be run again. The report's moves
// are those it undid.
func Undo(ctx context.Context, manifest string) (*Report, error) {
	manifest, err := filepath.Abs(manifest)
	if err != nil {
		return nil, err
	}
	m, err := readManifest(manifest)
	if err != nil {
		return nil, fmt.Errorf("cannot undo: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	root, err := filepath.EvalSymlinks(filepath.Dir(manifest))
	if err != nil {
		return nil, err
	}
	if err := m.undo(root); err != nil {
		return nil, fmt.Errorf("not everything could be put back: %w", err)
	}
	r := &Report{Path: root}
	for _, mv := range m.Moves {
		r.Moves = append(r.Moves, Move{From: string(mv.To), To: string(mv.From)})
	}
	if err := m.forget(manifest); err != nil {
		return nil, fmt.Errorf("everything is back, but the undo file cannot be removed: %s", stage.Reason(err))
	}
	return r, stage.SyncDir(root)
}

// undo moves everything back that was moved, last first.
func (m *manifest) undo(root string) error {
	var failures []string
	touched := map[string]bool{}
	for _, mv := range slices.Backward(m.Moves) {
		from, to := place(root, string(mv.From)), place(root, string(mv.To))
		if mv.fresh() && stage.Exists(from) && stage.Exists(to) && !stage.SameContent(from, to) {
			continue // the old file has not made room yet
		}
		if err := back(from, to); err != nil {
			failures = append(failures, stage.Reason(err))
			continue
		}
		touched[filepath.Dir(from)], touched[filepath.Dir(to)] = true, true
	}
	for dir := range touched {
		if stage.Exists(dir) {
			if err := stage.SyncDir(dir); err != nil {
				failures = append(failures, stage.Reason(err))
			}
		}
	}
	if n := len(failures); n > 0 {
		const most = 3
		if n > most {
			failures = append(failures[:most], fmt.Sprintf("and %d more", n-most))
		}
		return errors.New(strings.Join(failures, "; "))
	}
	for _, f := range slices.Backward(m.Folders) {
		os.Remove(place(root, string(f))) // stays when somebody put something into it
	}
	if dir, ok := m.corrected(); ok {
		return os.RemoveAll(place(root, dir))
	}
	return nil
}

// fresh tells a move that puts a corrected file in the place of the old one.
func (mv manifestMove) fresh() bool { return strings.HasPrefix(string(mv.From), newPrefix) }

// corrected returns the folder where corrected files wait, and to which undoing
// takes them back.
func (m *manifest) corrected() (dir string, ok bool) {
	for _, mv := range m.Moves {
		if head, _, _ := strings.Cut(string(mv.From), "/"); mv.fresh() {
			return head, true
		}
	}
	return "", false
}

// back undoes one move, whether it was done, half done or not begun.
func back(from, to string) error {
	if err := os.Remove(stage.PartialName(to)); err != nil && !errors.Is(err, fs.ErrNotExist) && stage.Exists(stage.PartialName(to)) {
		return err
	}
	switch {
	case stage.Exists(from) && stage.Exists(to):
		if !stage.SameContent(from, to) {
			return fmt.Errorf("%s and %s are both there and differ", source.Show(from), source.Show(to))
		}
		return os.Remove(to)
	case stage.Exists(from):
		return nil
	case stage.Exists(to):
		if err := os.MkdirAll(filepath.Dir(from), 0o777); err != nil {
			return err
		}
		return stage.Move(to, from)
	}
	return fmt.Errorf("%s is neither there nor at %s", source.Show(from), source.Show(to))
}
