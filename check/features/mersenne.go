package features

// mersenne is the generator MT19937 of Matsumoto and Nishimura, "Mersenne
// Twister", 1998, seeded by its init_genrand: the one behind numpy's legacy
// functions, so that permutations of the same seed are the same as there.
type mersenne struct {
	state [624]uint32
	next  int
}

func newMersenne(seed uint32) *mersenne {
	m := &mersenne{next: 624}
	m.state[0] = seed
	for i := 1; i < len(m.state); i++ {
		last := m.state[i-1]
		m.state[i] = 1812433253*(last^last>>30) + uint32(i)
	}
	return m
}

func (m *mersenne) uint32() uint32 {
	if m.next == len(m.state) {
		for i := range m.state {
			y := m.state[i]&0x80000000 | m.state[(i+1)%624]&0x7fffffff
			m.state[i] = m.state[(i+397)%624] ^ y>>1 ^ (y&1)*0x9908b0df
		}
		m.next = 0
	}
	y := m.state[m.next]
	m.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// permutation shuffles 0 to n−1 from the last place down; each place draws
// masked words until one is not beyond it.
func (m *mersenne) permutation(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	for i := uint32(n) - 1; n > 0 && i > 0; i-- {
		mask := i
		for _, s := range []int{1, 2, 4, 8, 16} {
			mask |= mask >> s
		}
		j := m.uint32() & mask
		for j > i {
			j = m.uint32() & mask
		}
		out[i], out[j] = out[j], out[i]
	}
	return out
}
