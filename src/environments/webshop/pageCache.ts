import type { PageNode } from './pages';

const keptPages = 256;

/** Pages of one episode by what they show: walking to and fro makes the same ones again and again. */
export class PageCache {
  private readonly pages = new Map<string, readonly PageNode[]>();
  private readonly texts = new Map<readonly PageNode[], string>();

  nodes(key: string, make: () => readonly PageNode[]): readonly PageNode[] {
    const known = this.pages.get(key);
    if (known !== undefined) return known;
    if (this.pages.size >= keptPages) {
      this.pages.clear();
      this.texts.clear();
    }
    const nodes = make();
    this.pages.set(key, nodes);
    return nodes;
  }

  /** The text of nodes that `nodes` gave, where it depends on nothing else. */
  text(nodes: readonly PageNode[], make: () => string): string {
    const known = this.texts.get(nodes);
    if (known !== undefined) return known;
    const text = make();
    this.texts.set(nodes, text);
    return text;
  }
}
