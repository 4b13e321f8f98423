package matrix

func kernels() []*kernel { return []*kernel{&portable} }
