import type { JSX } from 'preact';
import type { PromptPartSummary, PromptsSection } from '../src/protocol/panel';
import { Failure, LinkButton } from './controls';
import { count } from './figures';
import { Inert, inertLabel } from './inertText';
import { useAsking } from './page';
import { plural, t } from './words';

/** Head and tails of the prompt set in force; each opens in the editor. */
export function PromptsPart({ prompts }: { readonly prompts: PromptsSection }): JSX.Element {
  const asking = useAsking();
  const ask = (part: string, how: 'open' | 'diff' | 'reset' | 'preview'): void =>
    void asking.ask('prompt', { part, how });
  return (
    <section class="part prompts" aria-labelledby="prompts-title">
      <header>
        <h2 id="prompts-title">{t('Prompts')}</h2>
        <span class="end dim">{prompts.set === null ? t('not recorded') : <Inert text={prompts.set} most={80} />}</span>
      </header>
      <ul>
        {prompts.parts.map((part) => (
          <Part key={part.part} part={part} busy={asking.busy} ask={ask} />
        ))}
      </ul>
      <Failure text={asking.failure} onDismiss={asking.dismiss} />
    </section>
  );
}

/** Left out where there is little room. */
const extension = '.lac-prompt.md';

interface PartProps {
  readonly part: PromptPartSummary;
  readonly busy: boolean;
  readonly ask: (part: string, how: 'open' | 'diff' | 'reset' | 'preview') => void;
}

function Part({ part: { part, file, changed, tokens, exact, problems }, busy, ask }: PartProps): JSX.Element {
  const name = file.split(/[\\/]/u).at(-1) ?? file;
  const stem = name.endsWith(extension) ? name.slice(0, -extension.length) : name;
  return (
    <li class="prompt">
      <span class="prompt-name">
        <LinkButton disabled={busy} onPress={() => ask(part, 'open')} title={t('Open {0}', inertLabel(file, 200))}>
          <Inert text={stem} most={80} />
          {stem !== name && <span class="prompt-extension">{extension}</span>}
        </LinkButton>
        {changed && <span class="chip changed">{t('changed')}</span>}
        {problems > 0 && <span class="chip caution-chip">{plural(problems, '{0} problem', '{0} problems')}</span>}
      </span>
      <span class="prompt-facts">
        <span class="dim">
          {changed ? '' : <span class="prompt-source">{t('built-in')} · </span>}
          {exact ? '' : '≈ '}
          {t('{0} tok', count(tokens))}
        </span>
        <LinkButton disabled={busy} label={t('preview {0}', part)} onPress={() => ask(part, 'preview')}>
          {t('preview')}
        </LinkButton>
        {changed && (
          <>
            <LinkButton
              disabled={busy}
              label={t('diff of {0} against the built-in', part)}
              onPress={() => ask(part, 'diff')}
            >
              {t('diff')}
            </LinkButton>
            <LinkButton disabled={busy} label={t('reset {0} to the built-in', part)} onPress={() => ask(part, 'reset')}>
              {t('reset')}
            </LinkButton>
          </>
        )}
      </span>
    </li>
  );
}
