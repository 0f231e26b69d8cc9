import type { EnvironmentKind } from '../environment';
import { variantNamed } from '../variants';
import { borrowCatalogue } from './catalogueShelf';
import { WebShopEnvironment, type WebShopOptions } from './environment';
import { taskOf, taskSetsOf } from './tasks';

const variants = {
  react: "ReAct's simplified text with its accidents: three products, no next page",
  lats: "LATS's simplified text: all ten products listed, next pages",
  text: "the original's text mode, parts joined by [SEP]",
  text_rich: "the original's rich text mode, with marks for buttons",
} as const;

/** WebShop played as the options say, unless the variant says otherwise. */
export function webshopKind(options: WebShopOptions): EnvironmentKind {
  return {
    id: 'webshop',
    title: 'WebShop',
    description: 'Shopping on a web site: find, choose and buy the product that an instruction describes.',
    defaults: { alpha: 1, horizon: 15 },
    variants,
    taskSets: async (resources, signal) => {
      const borrowed = await borrowCatalogue(resources, signal);
      try {
        return taskSetsOf(borrowed);
      } finally {
        borrowed.release();
      }
    },
    task: async (id, resources, signal) => {
      const borrowed = await borrowCatalogue(resources, signal);
      try {
        return taskOf(borrowed, id);
      } finally {
        borrowed.release();
      }
    },
    open: async (resources, signal) => {
      const observation = variantNamed('WebShop', variants, resources.variant) ?? options.observation;
      return new WebShopEnvironment(await borrowCatalogue(resources, signal), { ...options, observation });
    },
  };
}

/** WebShop in the setting of LAC: the simplified text, without the originals' accidents. */
export const webshop: EnvironmentKind = webshopKind({ observation: 'simplified' });
