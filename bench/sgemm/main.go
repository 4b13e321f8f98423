// Sgemm measures the products of package matrix against OpenBLAS on one thread.
//
// Both run in one process on the same operands and take turns, and what is
// counted is the processor time of the process, so that a busy machine disturbs
// neither more than the other. Each line shows the median of the rounds.
//
//	cd bench && go run ./sgemm
//
// OpenBLAS is loaded at run time; on Debian: apt-get install libopenblas0-pthread.
// It chooses the kernels that it thinks best for the processor, whatever the
// OPENBLAS_ variables of the environment say; -core names others. The variable
// ERRATA_KERNEL chooses ours.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"

	"github.com/errata-cv/errata/matrix"
)

func main() {
	rounds := flag.Int("rounds", 15, "rounds of each product")
	library := flag.String("openblas", "", "path of the OpenBLAS library (default: where Debian puts it)")
	core := flag.String("core", "", "kernels that OpenBLAS shall use, for example Haswell or SkylakeX (default: its own choice)")
	flag.Parse()
	if *rounds < 1 {
		fmt.Fprintln(os.Stderr, "sgemm: -rounds must be at least 1")
		os.Exit(2)
	}
	err := run(*rounds, *library, *core)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, "sgemm:", err)
		os.Exit(1)
	}
}

func run(rounds int, library, core string) error {
	if env := environment(core); !slices.Equal(env, os.Environ()) {
		return again(env)
	}
	runtime.GOMAXPROCS(1)
	blas, err := load(library)
	if err != nil {
		return err
	}
	fmt.Printf("ours: %s kernel; theirs: %s\n", matrix.Kernel(), blas)
	fmt.Printf("one thread, GFLOP/s by processor time, median of %d rounds in turns\n\n", rounds)
	fmt.Printf("%-43s %8s %9s %7s\n", "product", "errata", "OpenBLAS", "ratio")
	for _, s := range shapes {
		ours, theirs, ratio, err := s.measure(blas, rounds)
		if err != nil {
			return err
		}
		fmt.Printf("%-43s %8.1f %9.1f %6.0f%%\n", s, ours, theirs, 100*ratio)
	}
	return nil
}

// environment returns the variables of the process with none that OpenBLAS
// heeds but the choice of kernels.
func environment(core string) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "OPENBLAS_") })
	if core != "" {
		env = append(env, "OPENBLAS_CORETYPE="+core)
	}
	return env
}

// again runs the program in another environment, for OpenBLAS reads its own when
// it is loaded.
func again(env []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	command := exec.Command(self, os.Args[1:]...)
	command.Env = env
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run()
}
