/** Makes the VSIX, by default under its own name in the repository's root, and returns its path. */
export function makePackage(file?: string): string;
