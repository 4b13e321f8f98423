package source

// chunkLen is the number of coordinates in one block of a [Store]: 64 MiB.
const chunkLen = 8 << 20

// A Store keeps the coordinates of outlines in a file without a name, so that a
// dataset whose outlines are larger than the memory can be read: the system
// holds of them what is in use. Where there is no room for such a file they are
// kept in memory. It lives as long as the process; the zero Store is empty.
type Store struct {
	chunk []float64
	used  int
	off   bool // no file can be made
}

// Keep returns a copy of v in the store. The caller may read it and must not
// append to it.
func (s *Store) Keep(v []float64) []float64 {
	if s.off || len(v) > chunkLen {
		return v
	}
	if s.used+len(v) > len(s.chunk) {
		if s.chunk != nil {
			release(s.chunk)
		}
		chunk, err := newChunk(chunkLen)
		if err != nil {
			s.off, s.chunk = true, nil
			return v
		}
		s.chunk, s.used = chunk, 0
	}
	kept := s.chunk[s.used : s.used+len(v) : s.used+len(v)]
	copy(kept, v)
	s.used += len(v)
	return kept
}
