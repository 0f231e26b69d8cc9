import { alfworldErrors } from './alfworld';
import { babyaiErrors } from './babyai';
import { cliErrors } from './cli';
import { debuggerErrors } from './debugger';
import { embeddedErrors } from './embedded';
import { environmentsErrors } from './environments';
import { episodesErrors } from './episodes';
import { evaluationErrors } from './evaluation';
import { exchangeErrors } from './exchange';
import { expressionsErrors } from './expressions';
import { lacErrors } from './lac';
import { modelsErrors } from './models';
import { promptsErrors } from './prompts';
import type { ErrorTexts } from './texts';
import { trajectoriesErrors } from './trajectories';
import { webshopErrors } from './webshop';
import { workbenchErrors } from './workbench';

/** Every error that a user can meet, by code. `ui/` translates these texts, the CLI prints them. */
export const catalogue = {
  ...lacErrors,
  ...promptsErrors,
  ...modelsErrors,
  ...embeddedErrors,
  ...environmentsErrors,
  ...babyaiErrors,
  ...alfworldErrors,
  ...webshopErrors,
  ...expressionsErrors,
  ...trajectoriesErrors,
  ...episodesErrors,
  ...exchangeErrors,
  ...evaluationErrors,
  ...cliErrors,
  ...debuggerErrors,
  ...workbenchErrors,
} as const satisfies ErrorTexts;

export type ErrorCode = keyof typeof catalogue;
