/** WebAssembly files are inlined as bytes by esbuild's binary loader. */
declare module '*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
