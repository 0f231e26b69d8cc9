import type { EnvironmentKind } from '../environment';
import { borrowCatalogue } from './catalogueShelf';
import { WebShopEnvironment, type WebShopOptions } from './environment';
import { taskOf, taskSetsOf } from './tasks';

/** WebShop played as the options say. */
export function webshopKind(options: WebShopOptions): EnvironmentKind {
  return {
    id: 'webshop',
    title: 'WebShop',
    description: 'Shopping on a web site: find, choose and buy the product that an instruction describes.',
    defaults: { alpha: 1, horizon: 15 },
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
    open: async (resources, signal) => new WebShopEnvironment(await borrowCatalogue(resources, signal), options),
  };
}

/** WebShop in the setting of LAC: the simplified text, without the originals' accidents. */
export const webshop: EnvironmentKind = webshopKind({ observation: 'simplified' });
