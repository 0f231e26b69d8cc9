import * as vscode from 'vscode';
import { foldDecision } from '../../lac/decision';
import type { PromptRequest, TranscriptStep } from '../../lac/transcript';
import { roles, type Role } from '../../lac/transcript';
import { diagnoseLength, diagnosticMessage } from '../../prompts/diagnostics';
import type { PartId } from '../../prompts/parts';
import type { ExplainedPrompt } from '../../prompts/render';
import { estimateTokens } from '../../prompts/tokens';
import type { PromptsInForce } from '../../episodes/promptsInForce';
import type { SessionSource } from '../panel/sessionSource';
import { translate } from '../log';
import { schemes } from '../names';

/** Of the line above the prompt: short enough for an editor beside others. */
const ruleLength = 30;

/** The role whose prompt a part shows in: its own, or the actor's for what all share. */
export function roleOfPart(part: PartId): Role {
  return roles.find((role) => part === role || part === `head.${role}`) ?? 'actor';
}

/** What a role would be asked at the step under the cursor. */
export function requestAt({ session }: SessionSource, role: Role): PromptRequest {
  const { timeline, node } = session;
  const transcript = timeline.transcript(node.id);
  const entry = session.decision;
  const candidate = entry === undefined ? undefined : foldDecision(entry.events).candidates.at(0);
  const action = candidate?.action ?? node.state.admissible?.at(0) ?? 'look';
  const imagined = (candidate?.steps ?? []).map((step): TranscriptStep => ({
    thoughts: [],
    action: step.action,
    observation: step.observation,
    reflection: step.reflection,
  }));
  const waiting: TranscriptStep = { thoughts: [], action, observation: null, reflection: null };
  const base = { role, transcript, prefix: '' };
  switch (role) {
    case 'actor':
      return { ...base, slot: 'action', imagined: [] };
    case 'forward':
      return { ...base, slot: 'observation', imagined: [waiting] };
    case 'critic': {
      const last = imagined.at(-1);
      const reflection = last?.reflection ?? '';
      const lead = session.promptsHere.renderer(session.settings.parameters).verdictLead;
      const at = reflection.lastIndexOf(lead);
      const prefix = at === -1 ? ` ${lead}` : ` ${reflection.slice(0, at + lead.length)}`;
      const steps = last === undefined ? [waiting] : [...imagined.slice(0, -1), { ...last, reflection: null }];
      return { ...base, slot: 'verdict', imagined: steps, prefix };
    }
    case 'reflection': {
      const steps = transcript.steps.map((step, i, all) =>
        i === all.length - 1 ? { ...step, reflection: null } : step,
      );
      return { ...base, transcript: { ...transcript, steps }, slot: 'reflection', imagined: [] };
    }
  }
}

/** The prompt of a part as it renders at the step under the cursor, with its origins. */
export function explainAt(source: SessionSource, part: PartId, prompts: PromptsInForce): ExplainedPrompt {
  const renderer = prompts.renderer(source.session.settings.parameters);
  return renderer.explain(requestAt(source, roleOfPart(part)));
}

/** `lac-preview:/critic.txt`. */
export function previewUri(part: PartId): vscode.Uri {
  return vscode.Uri.from({ scheme: schemes.preview, path: `/${part}.txt` });
}

/** The preview's document: what the prompt costs and lacks, then the prompt. */
export function previewText(source: SessionSource, part: PartId, prompts: PromptsInForce): string {
  const { text, leftOut, headLength } = explainAt(source, part, prompts);
  const { session } = source;
  const role = roleOfPart(part);
  const tokens = estimateTokens(text);
  const head = prompts.set.parts.get(`head.${role}`) ?? prompts.set.parts.get('head');
  const tooLong = head === undefined ? [] : diagnoseLength(head, tokens, source.opened.model.contextLength);
  const lines = [
    vscode.l10n.t('Prompt of the {0} at step {1}', role, session.node.step),
    vscode.l10n.t(
      'about {0} tokens, {1} of them in the shared head',
      tokens,
      estimateTokens(text.slice(0, headLength)),
    ),
    vscode.l10n.t('the history policy left out {0} observations and {1} steps', leftOut.observations, leftOut.steps),
    ...tooLong.map((found) => diagnosticMessage(found, translate)),
  ];
  return `${lines.join('\n')}\n${'─'.repeat(ruleLength)}\n${text}`;
}
