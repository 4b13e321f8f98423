package fix

import (
	"context"
	"errors"
	"fmt"
	"github.com/errata-cv/errata/stage"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/errata-cv/errata/format/folder"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// writeTree makes a corrected folder at out.
func (p *Plan) writeTree(ctx context.Context, out string, o Options) (*Report, error) {
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	r := p.report(out)
	if p.drops() {
		if r.Quarantine, err = quarantine(out, o); err != nil {
			return nil, err
		}
	}
	if err := p.checkPlaces(out, r.Quarantine, o.Force); err != nil {
		return nil, err
	}
	entries, err := p.entries(ctx)
	if err != nil {
		return nil, err
	}
	t := &treeWriter{ctx: ctx, plan: p, report: r, moves: map[string]Move{}, files: map[string]*source.FilePatch{}, copies: map[string]bool{}}
	for i := range p.patch.Files {
		t.files[p.patch.Files[i].Name] = &p.patch.Files[i]
	}
	for _, m := range p.patch.Moves {
		t.moves[m.From] = m
	}
	if t.kept, err = stage.New(out); err != nil {
		return nil, err
	}
	stages := []*stage.Stage{t.kept}
	if r.Quarantine != "" {
		if t.dropped, err = stage.New(r.Quarantine); err != nil {
			return nil, errors.Join(err, t.kept.Discard())
		}
		stages = append(stages, t.dropped)
	}
	for _, s := range stages {
		t.copies[s.Tree()] = o.Copy
	}
	done := 0
	err = func() error {
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := t.entry(e); err != nil {
				return err
			}
			done++
			o.progress(done, len(entries))
		}
		for _, m := range p.patch.Moves {
			if _, unmet := t.moves[m.From]; unmet {
				return fmt.Errorf("%s is not there any more; check the dataset again", source.Show(m.From))
			}
		}
		for i := range p.patch.Files {
			if err := t.rest(&p.patch.Files[i]); err != nil {
				return err
			}
		}
		if err := p.verify(ctx, p.inside(t.kept.Tree()), o); err != nil {
			return err
		}
		for _, s := range stages {
			if err := stage.SyncTree(s.Tree()); err != nil {
				return err
			}
		}
		return nil
	}()
	if err != nil {
		return nil, failed(err, out, done, len(entries), stages)
	}
	for _, s := range stages {
		stamp := ""
		if o.Force {
			stamp = o.Stamp
		}
		backup, err := s.Publish(stamp)
		if err != nil {
			return nil, fmt.Errorf("cannot give %s its name: %s; it is complete in %s", source.Show(s.Final), stage.Reason(err), source.Show(s.Tree()))
		}
		if s == t.kept {
			r.Backup = backup
		}
	}
	return r, nil
}

// inside returns what corresponds to the source in another folder that is like
// the root of the patch.
func (p *Plan) inside(root string) string {
	if rel, err := filepath.Rel(p.patch.Root, p.ds.Source); err == nil && filepath.IsLocal(rel) {
		return filepath.Join(root, rel)
	}
	return root
}

// failed says how far a run came and removes what it made.
func failed(err error, out string, done, of int, stages []*stage.Stage) error {
	left := ""
	for _, s := range stages {
		if removed := s.Discard(); removed != nil {
			left += fmt.Sprintf("; remove %s by hand", source.Show(s.Dir))
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		if left == "" {
			return err
		}
		return fmt.Errorf("%w%s", err, left)
	}
	if left == "" {
		left = "; what was written has been removed, and nothing was changed"
	}
	return fmt.Errorf("cannot write %s: after %d of %d files, %s%s", source.Show(out), done, of, stage.Reason(err), left)
}

// quarantine returns the absolute folder for dropped pictures.
func quarantine(beside string, o Options) (string, error) {
	if o.Quarantine != "" {
		return filepath.Abs(o.Quarantine)
	}
	return beside + ".dropped", nil
}

// checkPlaces refuses places that are taken, or that lie in the source or
// around it.
func (p *Plan) checkPlaces(out, dropped string, force bool) error {
	root, err := stage.RealPath(p.patch.Root)
	if err != nil {
		return err
	}
	places := []string{out}
	if dropped != "" {
		places = append(places, dropped)
	}
	for i, place := range places {
		real, err := stage.RealPath(place)
		if err != nil {
			return fmt.Errorf("cannot write to %s: %s", source.Show(place), stage.Reason(err))
		}
		if real == root && i == 0 {
			return fmt.Errorf("%s is the dataset itself; correct it with --in-place, or name another folder", source.Show(place))
		}
		if stage.Within(root, real) || stage.Within(real, root) {
			return fmt.Errorf("%s and the dataset %s lie in each other; name a folder elsewhere", source.Show(place), source.Show(p.patch.Root))
		}
		option := ""
		if i == 1 {
			option = " for the dropped pictures"
			if kept, err := stage.RealPath(out); err == nil && (stage.Within(kept, real) || stage.Within(real, kept)) {
				return fmt.Errorf("the folder of the dropped pictures %s and %s lie in each other; tools would read it as a class, so name a folder elsewhere", source.Show(place), source.Show(out))
			}
		}
		if err := stage.CheckFree(place, force, option); err != nil {
			return err
		}
	}
	return nil
}

// entries lists all that has to be in the new folder. A folder that cannot be
// read is an error: what is in it would be lost.
func (p *Plan) entries(ctx context.Context) ([]folder.Entry, error) {
	var out []folder.Entry
	err := folder.Walk(ctx, p.patch.Root, func(e folder.Entry) error {
		name := e.Path[strings.LastIndexByte(e.Path, '/')+1:]
		if strings.HasPrefix(name, ".errata") {
			if e.Type == folder.Dir {
				return fs.SkipDir
			}
			return nil
		}
		if e.Type == folder.Dir && e.Err != nil {
			return fmt.Errorf("its files cannot be carried over: %w", e.Err)
		}
		out = append(out, e)
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return nil, fmt.Errorf("cannot read all of %s: %w", source.Show(p.patch.Root), err)
	}
	return out, err
}

// A treeWriter puts the entries of the source into the new folder.
type treeWriter struct {
	ctx           context.Context
	plan          *Plan
	report        *Report
	kept, dropped *stage.Stage
	moves         map[string]Move              // those not met yet
	files         map[string]*source.FilePatch // likewise
	// copies tells of a tree that its pictures are copied, not linked.
	copies map[string]bool
}

func (t *treeWriter) entry(e folder.Entry) error {
	from := filepath.Join(t.plan.patch.Root, filepath.FromSlash(e.Path))
	tree, name := t.kept.Tree(), e.Path
	m, moved := t.moves[e.Path]
	if moved && e.Type != folder.Dir {
		delete(t.moves, e.Path)
		name = m.To
		if m.Drop {
			tree = t.dropped.Tree()
		}
	}
	to := filepath.Join(tree, filepath.FromSlash(name))
	if moved {
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
	}
	switch e.Type {
	case folder.Dir:
		if err := os.Mkdir(to, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	case folder.Link:
		t.report.Copied++
		return stage.CopyLink(from, to)
	case folder.Special:
		t.report.Skipped = append(t.report.Skipped, e.Path)
	default:
		if f := t.files[e.Path]; f != nil {
			delete(t.files, e.Path)
			return t.correct(f, from, to)
		}
		return t.file(from, to, tree, e.Symlink)
	}
	return nil
}

// correct writes a file with its corrections.
func (t *treeWriter) correct(f *source.FilePatch, from, to string) error {
	made, err := patchFile(t.ctx, f, from, filepath.Dir(to), to)
	if err != nil {
		return err
	}
	t.report.Copied++
	return os.Rename(made, to)
}

// rest makes a new file, or finds that one to correct is gone.
func (t *treeWriter) rest(f *source.FilePatch) error {
	if _, unmet := t.files[f.Name]; !unmet {
		return nil
	}
	if !f.New {
		return fmt.Errorf("%s is not there any more; check the dataset again", source.Show(f.Name))
	}
	to := filepath.Join(t.kept.Tree(), filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return t.correct(f, "", to)
}

// file links a picture and copies any other file, which people are more likely
// to edit. From the first link that cannot be made for being on another file
// system, pictures are copied too.
func (t *treeWriter) file(from, to, tree string, symlink bool) error {
	if symlink {
		real, err := filepath.EvalSymlinks(from)
		if err != nil {
			return err
		}
		from = real
	}
	if !t.copies[tree] && (pixel.HasImageExtension(to) || source.IsPicture(from)) {
		err := os.Link(from, to)
		if err == nil {
			t.report.Linked++
			return nil
		}
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		t.copies[tree] = errors.Is(err, syscall.EXDEV)
	}
	if err := stage.CopyFile(from, to, false); err != nil {
		return err
	}
	t.report.Copied++
	return nil
}
