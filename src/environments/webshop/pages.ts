import type { Goal } from './goals';
import type { Product } from './product';
import { floatRepr, templateJson } from './pythonText';

/** The shop's five kinds of page, by the names of the original's addresses. */
export type PageKind = 'index' | 'search_results' | 'item_page' | 'item_sub_page' | 'done';

export const subPages = ['Description', 'Features', 'Reviews', 'Attributes'] as const;
export type SubPage = (typeof subPages)[number];

/** One visible text of a page, in the page's order. */
export interface PageNode {
  readonly kind: 'text' | 'button' | 'option' | 'product';
  readonly text: string;
  /** Of an option value: the option's name. */
  readonly group?: string;
}

export const backToSearch = 'Back to Search';
export const nextPage = 'Next >';
export const previousPage = '< Prev';
export const buyNow = 'Buy Now';
export const productsPerPage = 10;
export const mostHits = 50;

export function indexPage(goal: Goal): readonly PageNode[] {
  return visible([text('WebShop'), text('Instruction: '), text(goal.instruction), button('Search')]);
}

/** @param shown the products of this page; `total` counts those of all pages. */
export function resultsPage(goal: Goal, page: number, total: number, shown: readonly Product[]): readonly PageNode[] {
  const nodes = [...heading(goal), button(backToSearch), text(`Page ${page} (Total results: ${total})`)];
  if (page > 1) nodes.push(button(previousPage));
  nodes.push(button(nextPage));
  for (const product of shown) {
    nodes.push({ kind: 'product', text: product.asin }, text(product.name), text(product.priceTag));
  }
  return visible(nodes);
}

export function itemPage(goal: Goal, product: Product, showAttributes: boolean): readonly PageNode[] {
  const nodes = [...heading(goal), button(backToSearch), button(previousPage)];
  for (const [name, values] of product.options) {
    nodes.push(text(name));
    for (const value of values) nodes.push({ kind: 'option', text: value, group: name });
  }
  nodes.push(text(product.name), text(`Price: ${product.priceTag}`), text('Rating: N.A.'));
  nodes.push(button('Description'), button('Features'), button('Reviews'));
  if (showAttributes) nodes.push(button('Attributes'));
  nodes.push(button(buyNow));
  return visible(nodes);
}

export function itemSubPage(
  goal: Goal,
  product: Product,
  attributes: readonly string[],
  page: SubPage,
): readonly PageNode[] {
  return visible([
    ...heading(goal),
    button(backToSearch),
    button(previousPage),
    ...subPageTexts(product, attributes, page).map(text),
  ]);
}

/** The texts of a sub page as the original's templates put them; list entries begin with a space there. */
function subPageTexts(product: Product, attributes: readonly string[], page: SubPage): readonly string[] {
  switch (page) {
    case 'Description':
      return [product.description];
    case 'Features':
      return product.bullets.map((bullet) => ` ${bullet}`);
    case 'Reviews':
      return [];
    case 'Attributes':
      return [
        ...attributes.map((attribute) => ` ${attribute}`),
        product.category,
        product.query,
        product.productCategory,
      ];
  }
}

/** The page after a purchase with the hidden part that the original's text mode prints too. */
export function donePage(
  asin: string,
  options: readonly (readonly [string, string])[],
  reward: number,
): readonly PageNode[] {
  const purchased = ['attrs', 'None', 'category', 'None', 'query', 'None', 'product category', 'None'];
  const target = [
    'asin',
    'options',
    'attrs',
    'price upper',
    'instuction text',
    'category',
    'product category',
    'query',
  ];
  return visible(
    [
      'Thank you for shopping with us!',
      'Your code: ',
      'None',
      ' (Paste it in your MTurk interface.)',
      'Purchased',
      'asin',
      asin,
      'options',
      templateJson(options),
      ...purchased,
      'Target',
      ...target,
      'Goal ',
      'None',
      'Reward',
      scoreLabel,
      floatRepr(reward),
      'Reward Details ',
      'None',
    ].map(text),
  );
}

export const scoreLabel = 'Your score (min 0.0, max 1.0)';

function heading(goal: Goal): PageNode[] {
  return [text('Instruction:'), text(goal.instruction)];
}

function text(content: string): PageNode {
  return { kind: 'text', text: content };
}

function button(content: string): PageNode {
  return { kind: 'button', text: content };
}

/**
 * What the original's HTML parser leaves of texts: none of an empty one or of white space with a line end, one space
 * of other white space.
 */
function visible(nodes: readonly PageNode[]): readonly PageNode[] {
  if (nodes.every((node) => /[^\t\n\f\r ]/.test(node.text))) return nodes;
  return nodes
    .filter((node) => node.text !== '' && !/^[\t\f\r ]*\n[\t\n\f\r ]*$/.test(node.text))
    .map((node) => (/^[\t\f\r ]+$/.test(node.text) ? { ...node, text: ' ' } : node));
}
