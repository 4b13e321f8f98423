#include "textflag.h"

// func distancesAVX2(d, even, odd, norms *float32, n int, length float32) float32
// n is a multiple of 8.
TEXT ·distancesAVX2(SB), NOSPLIT, $0-52
	MOVQ         d+0(FP), DI
	MOVQ         even+8(FP), AX
	MOVQ         odd+16(FP), BX
	MOVQ         norms+24(FP), CX
	MOVQ         n+32(FP), DX
	VBROADCASTSS length+40(FP), Y0
	VXORPS       Y1, Y1, Y1                // zero
	VXORPS       Y2, Y2, Y2                // sums
	VXORPS       Y3, Y3, Y3
	SHLQ         $2, DX
	LEAQ         (DI)(DX*1), SI            // mirrored distances
	XORQ         R8, R8

loop:
	CMPQ         R8, DX
	JGE          done
	VADDPS       (CX)(R8*1), Y0, Y4        // length + norm
	VMOVUPS      (AX)(R8*1), Y5
	VADDPS       Y5, Y5, Y5
	VSUBPS       Y5, Y4, Y4                // - 2 even
	VMOVUPS      (BX)(R8*1), Y6
	VADDPS       Y6, Y6, Y6
	VSUBPS       Y6, Y4, Y7                // - 2 odd
	VADDPS       Y6, Y4, Y8                // + 2 odd
	VMAXPS       Y1, Y7, Y7
	VMAXPS       Y1, Y8, Y8
	VSQRTPS      Y7, Y7
	VSQRTPS      Y8, Y8
	VMOVUPS      Y7, (DI)(R8*1)
	VMOVUPS      Y8, (SI)(R8*1)
	VADDPS       Y7, Y2, Y2
	VADDPS       Y8, Y3, Y3
	ADDQ         $32, R8
	JMP          loop

done:
	VADDPS       Y3, Y2, Y2
	VEXTRACTF128 $1, Y2, X3
	VADDPS       X3, X2, X2
	VPERMILPS    $0x4e, X2, X3
	VADDPS       X3, X2, X2
	VPERMILPS    $0xb1, X2, X3
	VADDPS       X3, X2, X2
	VZEROUPPER
	MOVSS        X2, ret+48(FP)
	RET

// func accumulateAVX2(total, d *float32, n int, mean float32)
// n is a multiple of 8.
TEXT ·accumulateAVX2(SB), NOSPLIT, $0-28
	MOVQ         total+0(FP), DI
	MOVQ         d+8(FP), SI
	MOVQ         n+16(FP), DX
	VBROADCASTSS mean+24(FP), Y0
	VXORPS       Y1, Y1, Y1
	SHLQ         $2, DX
	XORQ         R8, R8

loop:
	CMPQ    R8, DX
	JGE     done
	VSUBPS  (SI)(R8*1), Y0, Y2
	VMAXPS  Y1, Y2, Y2
	VADDPS  (DI)(R8*1), Y2, Y2
	VMOVUPS Y2, (DI)(R8*1)
	ADDQ    $32, R8
	JMP     loop

done:
	VZEROUPPER
	RET
