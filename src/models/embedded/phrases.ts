interface Node {
  /** What stands between the parent's end and this node's. */
  readonly edge: string;
  /** Children by the first UTF-16 unit of their edges. */
  readonly children: Map<number, Node>;
  /** The phrase that ends here. */
  readonly phrase: number | undefined;
}

/** Finds many fixed phrases in a text in one pass, as a radix tree; it has at most two nodes a phrase. */
export class Phrases {
  private readonly root: Node = { edge: '', children: new Map(), phrase: undefined };

  /** @param phrases None of them empty; of equal ones the first counts. */
  constructor(phrases: readonly string[]) {
    phrases.forEach((phrase, number) => {
      Phrases.add(this.root, phrase, number);
    });
  }

  private static add(root: Node, phrase: string, number: number): void {
    let node = root;
    let at = 0;
    for (;;) {
      const unit = phrase.charCodeAt(at);
      const child = node.children.get(unit);
      if (child === undefined) {
        node.children.set(unit, { edge: phrase.slice(at), children: new Map(), phrase: number });
        return;
      }
      const shared = sharedLength(child.edge, phrase, at);
      at += shared;
      if (shared === child.edge.length && at < phrase.length) {
        node = child;
        continue;
      }
      if (shared === child.edge.length) {
        if (child.phrase === undefined) node.children.set(unit, { ...child, phrase: number });
        return;
      }
      const rest: Node = { ...child, edge: child.edge.slice(shared) };
      const fork: Node = {
        edge: child.edge.slice(0, shared),
        children: new Map([[rest.edge.charCodeAt(0), rest]]),
        phrase: at === phrase.length ? number : undefined,
      };
      node.children.set(unit, fork);
      if (at === phrase.length) return;
      node = fork;
    }
  }

  /** Calls `found` for each phrase that begins at `start` of the text, the shortest first. */
  at(text: string, start: number, found: (phrase: number) => void): void {
    let node: Node | undefined = this.root;
    let end = start;
    while ((node = node.children.get(text.charCodeAt(end))) !== undefined) {
      if (!text.startsWith(node.edge, end)) return;
      end += node.edge.length;
      if (node.phrase !== undefined) found(node.phrase);
    }
  }
}

/** How many units of `edge` stand at `at` of the text. */
function sharedLength(edge: string, text: string, at: number): number {
  let length = 0;
  while (length < edge.length && edge.charCodeAt(length) === text.charCodeAt(at + length)) length++;
  return length;
}
