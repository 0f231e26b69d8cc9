import type { PartId } from '../parts';
import { alfworldParts } from './alfworld';
import { babyaiParts } from './babyaiText';
import { embeddedParts } from './embedded';
import { webshopParts } from './webshop';

/** A prompt set that ships. Its parts open read-only as `lac-prompt:/builtin/<id>/<part>`. */
export interface BuiltinSet {
  readonly id: string;
  readonly environment: string;
  readonly title: string;
  readonly parts: Readonly<Partial<Record<PartId, string>>>;
}

export const builtinSets: readonly BuiltinSet[] = [
  {
    id: 'babyai-text',
    environment: 'babyai-text',
    title: 'BabyAI-Text: rules and two examples of the task type',
    parts: babyaiParts,
  },
  {
    id: 'babyai-text-embedded',
    environment: 'babyai-text',
    title: 'BabyAI-Text for the embedded model: bare transcript, last three observations',
    parts: embeddedParts,
  },
  {
    id: 'alfworld',
    environment: 'alfworld',
    title: 'ALFWorld: two examples of the task type, with thoughts',
    parts: alfworldParts,
  },
  {
    id: 'webshop',
    environment: 'webshop',
    title: 'WebShop: rules and one example',
    parts: webshopParts,
  },
];
