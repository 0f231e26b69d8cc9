import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ScoredToken } from '../src/lac/languageModel';
import type { CallDetail } from '../src/protocol/panel';
import { Button } from './controls';
import { probability, seconds } from './figures';
import { Inert, inertLabel } from './inertText';
import { visibleToken } from './verdictReading';
import { plural, t } from './words';

const mostTokens = 1500;

/** One recorded model call: what was asked, and what came back token by token. */
export function CallView({ call, onClose }: { readonly call: CallDetail; readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const place = [
    call.role,
    ...(call.candidate === null ? [] : [t('candidate {0}', call.candidate + 1)]),
    ...(call.depth === null ? [] : [t('depth {0}', call.depth)]),
  ].join(' · ');
  const token = chosen === null ? undefined : call.tokens[chosen];
  const top = token?.top ?? call.top;
  return (
    <dialog class="call" ref={dialog} onClose={onClose} aria-labelledby="call-title">
      <header>
        <h2 id="call-title">
          {t('Model call')} · {place}
        </h2>
        <span class="dim">
          {call.reused ? t('answered from the record') : call.seconds === null ? '' : seconds(call.seconds)}
        </span>
      </header>
      <h3>{t('Prompt')}</h3>
      <pre class="prompt-text" tabIndex={0} role="region" aria-label={t('Prompt')}>
        <Inert text={call.prompt} most={60_000} />
      </pre>
      {call.tokens.length > 0 && (
        <>
          <h3>{plural(call.tokens.length, 'Reply, {0} token', 'Reply, {0} tokens')}</h3>
          <p class="tokens">
            {call.tokens.slice(0, mostTokens).map((each, i) => (
              <Token key={i} token={each} pressed={i === chosen} onPress={() => setChosen(i === chosen ? null : i)} />
            ))}
          </p>
        </>
      )}
      {call.tokens.length === 0 && call.text !== '' && (
        <>
          <h3>{t('Reply')}</h3>
          <p>
            <Inert text={call.text} most={20_000} />
          </p>
        </>
      )}
      {top.length > 0 && (
        <>
          <h3>{token === undefined ? t('Most probable next tokens') : t('Most probable tokens at this place')}</h3>
          <ol class="top-list">
            {top.slice(0, 20).map((each, i) => (
              <li key={i}>
                <code>
                  <Inert text={visibleToken(each.token)} most={40} />
                </code>
                <span class="number">{probability(Math.exp(each.logprob))}</span>
              </li>
            ))}
          </ol>
        </>
      )}
      <p class="buttons">
        <Button primary onPress={() => dialog.current?.close()}>
          {t('Close')}
        </Button>
      </p>
    </dialog>
  );
}

interface TokenProps {
  readonly token: ScoredToken;
  readonly pressed: boolean;
  readonly onPress: () => void;
}

function Token({ token, pressed, onPress }: TokenProps): JSX.Element {
  const p = token.logprob === null ? null : Math.exp(token.logprob);
  const level = p === null ? 'lost' : p >= 0.9 ? 'sure' : p >= 0.5 ? 'likely' : p >= 0.1 ? 'unlikely' : 'rare';
  const words = `${inertLabel(visibleToken(token.token), 40)} ${p === null ? t('probability lost') : probability(p)}`;
  return (
    <button
      type="button"
      class={`token ${level}`}
      aria-pressed={pressed}
      title={words}
      aria-label={words}
      onClick={onPress}
    >
      <Inert text={visibleToken(token.token)} most={40} />
    </button>
  );
}
