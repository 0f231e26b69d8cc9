import type { Kernel } from './kernel';

const WASM_PAGE = 65_536;

/** Exports of `kernel/kernel.ts`, whose parameters are those of `Kernel`. */
type KernelExports = Pick<Kernel, 'matmul' | 'quantize' | 'matmulQ8' | 'attention' | 'siluMul'>;

function isKernel(exports: Record<string, unknown>): exports is Record<string, unknown> & KernelExports {
  return ['matmul', 'quantize', 'matmulQ8', 'attention', 'siluMul'].every(
    (name) => typeof exports[name] === 'function',
  );
}

/**
 * The kernel compiled to WebAssembly with 128-bit SIMD.
 * @throws RangeError when the system refuses the memory; WebAssembly.CompileError where SIMD is unknown.
 */
export function wasmKernel(binary: Uint8Array, bytes: number): Kernel {
  const pages = Math.ceil(bytes / WASM_PAGE);
  const module = new WebAssembly.Module(Uint8Array.from(binary));
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  if (!isKernel(exports)) throw new TypeError('the WebAssembly kernel lacks a function');
  return {
    kind: 'wasm',
    memory: memory.buffer,
    matmul: exports.matmul,
    quantize: exports.quantize,
    matmulQ8: exports.matmulQ8,
    attention: exports.attention,
    siluMul: exports.siluMul,
  };
}
