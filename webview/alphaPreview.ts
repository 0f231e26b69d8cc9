/**
 * The alpha that is being looked at: dragged, else the one in force. Painters change what depends on alpha and nothing
 * else, all in one frame, without going through the page's component tree.
 */
export class AlphaPreview {
  private readonly painters = new Set<() => void>();
  private draft: number | null = null;
  private frame: number | null = null;

  /** While a person drags, or the host has not answered yet. */
  get dragged(): number | null {
    return this.draft;
  }

  /** Paints with this alpha at the next frame; null goes back to what is in force. */
  show(alpha: number | null): void {
    if (this.draft === alpha) return;
    this.draft = alpha;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      for (const paint of this.painters) paint();
    });
  }

  /** Calls the painter at each change until the returned function is called. */
  subscribe(painter: () => void): () => void {
    this.painters.add(painter);
    return () => this.painters.delete(painter);
  }
}
