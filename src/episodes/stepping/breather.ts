/** Lets the rest of the program breathe while a long record is walked, so that a pause can come. */
export class Breather {
  private since = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.since < 8) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.since = performance.now();
  }
}
