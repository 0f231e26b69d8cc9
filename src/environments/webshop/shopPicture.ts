import type { ShopPicture } from '../picture';
import type { Situation } from './client';
import type { Goal } from './goals';
import { scoreLabel, type PageNode } from './pages';
import { floatRepr } from './pythonText';
import type { Shop } from './shop';

const pages = {
  index: 'index',
  search_results: 'results',
  item_page: 'item',
  item_sub_page: 'item-sub',
  done: 'done',
} as const;

/** The page where the shopper stands, as the panel draws it. `nodes` are the page's visible texts. */
export function shopPicture(shop: Shop, goal: Goal, situation: Situation, nodes: readonly PageNode[]): ShopPicture {
  const { page, keywords, pageNumber, asin, options, visited } = situation;
  const listing = page === 'search_results';
  const found = listing ? shop.search(keywords) : [];
  const product = asin !== null && page !== 'index' && !listing ? shop.product(asin) : null;
  return {
    kind: 'shop',
    page: pages[page],
    instruction: goal.instruction,
    title: product?.name ?? 'WebShop',
    price: product?.priceTag ?? null,
    query: keywords.length === 0 ? null : keywords.join(' '),
    pageNumber: listing ? pageNumber : null,
    total: listing ? found.length : null,
    results: (listing ? shop.page(found, pageNumber) : []).map((each) => ({
      id: each.asin,
      title: each.name,
      price: each.priceTag,
      visited: visited.includes(each.asin),
    })),
    options:
      product === null || page === 'done'
        ? []
        : Array.from(product.options, ([name, values]) => ({
            name,
            values: values.map((value) => ({ value, chosen: options.some(([n, v]) => n === name && v === value) })),
          })),
    paragraphs: page === 'done' ? receipt(shop, goal, situation) : page === 'item_sub_page' ? subPage(nodes) : [],
    buttons: nodes.filter((node) => node.kind === 'button').map((node) => node.text),
  };
}

function subPage(nodes: readonly PageNode[]): readonly string[] {
  // The first two texts repeat the instruction.
  return nodes
    .filter((node) => node.kind === 'text')
    .slice(2)
    .map((node) => node.text.trim());
}

/** What was bought and how the score comes about. */
function receipt(shop: Shop, goal: Goal, { asin, options, reward }: Situation): readonly string[] {
  if (asin === null) return [];
  const parts = shop.buy(asin, options, goal);
  const optionCount = goal.options.kind === 'values' ? goal.options.values.length : goal.options.entries.length;
  const lines = [
    `${scoreLabel}: ${floatRepr(reward ?? parts.total)}`,
    `Options: ${options.length === 0 ? 'none chosen' : options.map(([name, value]) => `${name}: ${value}`).join(', ')}`,
    `Attributes: ${parts.attributeMatches} of ${goal.attributes.length}`,
    `Options that fit: ${parts.optionMatches} of ${optionCount}`,
    `Price: ${parts.priceMatch ? 'within' : 'above'} the limit`,
    `Kind of product: factor ${floatRepr(parts.typeFactor)}`,
  ];
  if (!parts.typeRobust) {
    lines.push(
      "This factor depends on which words of the titles count as nouns; the original's tagger may say otherwise.",
    );
  }
  return lines;
}
