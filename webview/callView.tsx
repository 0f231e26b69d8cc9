import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ScoredToken } from '../src/lac/languageModel';
import type { CallDetail } from '../src/protocol/panel';
import { Button } from './controls';
import { plural, probability, seconds } from './figures';
import { Inert, inertLabel } from './inertText';
import { visibleToken } from './verdictReading';

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
    ...(call.candidate === null ? [] : [`candidate ${call.candidate + 1}`]),
    ...(call.depth === null ? [] : [`depth ${call.depth}`]),
  ].join(' · ');
  const token = chosen === null ? undefined : call.tokens[chosen];
  const top = token?.top ?? call.top;
  return (
    <dialog class="call" ref={dialog} onClose={onClose} aria-labelledby="call-title">
      <header>
        <h2 id="call-title">Model call · {place}</h2>
        <span class="dim">
          {call.reused ? 'answered from the record' : call.seconds === null ? '' : seconds(call.seconds)}
        </span>
      </header>
      <h3>Prompt</h3>
      <pre class="prompt-text" tabIndex={0} role="region" aria-label="Prompt">
        <Inert text={call.prompt} most={60_000} />
      </pre>
      {call.tokens.length > 0 && (
        <>
          <h3>Reply, {plural(call.tokens.length, 'token')}</h3>
          <p class="tokens">
            {call.tokens.slice(0, mostTokens).map((each, i) => (
              <Token key={i} token={each} pressed={i === chosen} onPress={() => setChosen(i === chosen ? null : i)} />
            ))}
          </p>
        </>
      )}
      {call.tokens.length === 0 && call.text !== '' && (
        <>
          <h3>Reply</h3>
          <p>
            <Inert text={call.text} most={20_000} />
          </p>
        </>
      )}
      {top.length > 0 && (
        <>
          <h3>{token === undefined ? 'Most probable next tokens' : 'Most probable tokens at this place'}</h3>
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
          Close
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
  const words = `${inertLabel(visibleToken(token.token), 40)} ${p === null ? 'probability lost' : probability(p)}`;
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
