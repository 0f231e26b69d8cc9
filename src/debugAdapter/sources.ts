import type { DebugProtocol } from '@vscode/debugprotocol';
import { LacError } from '../errors/lacError';
import { inLanguage, phrase, type Phrase, type Translate } from '../errors/phrase';
import type { CallId } from '../lac/calls';
import type { PartId } from '../prompts/parts';
import type { BranchId } from '../trajectories/ids';
import { callsOf, callTitle, replyText } from './callItems';
import type { OpenedSession } from './host';
import type { GivenSource } from './requestArguments';

/** A document by what it is. */
export type DocumentName =
  | { readonly kind: 'prompt'; readonly part: PartId }
  | { readonly kind: 'transcript'; readonly branch: BranchId }
  | { readonly kind: 'sent'; readonly call: CallId }
  | { readonly kind: 'reply'; readonly call: CallId }
  /** The prompt of the call that comes next. */
  | { readonly kind: 'coming' };

/** The documents of one session as the protocol names them: by path, or by a number under which the text is asked for. */
export class Sources {
  private readonly references = new Map<string, number>();
  private readonly documents: DocumentName[] = [];

  constructor(
    private readonly opened: OpenedSession,
    private readonly translate: Translate,
  ) {}

  prompt(part: PartId): DebugProtocol.Source {
    return this.source({ kind: 'prompt', part });
  }

  transcript(branch: BranchId): DebugProtocol.Source {
    return this.source({ kind: 'transcript', branch });
  }

  /** What a client means by a source; null for documents that are none of this session's. */
  named(source: GivenSource): DocumentName | null {
    const { sourceReference = 0, path } = source;
    if (sourceReference > 0) return this.documents.at(sourceReference - 1) ?? null;
    if (path === undefined) return null;
    const part = this.opened.documents.partOf(path);
    if (part !== null) return { kind: 'prompt', part };
    const branch = this.opened.documents.branchOf(path);
    return branch === null ? null : { kind: 'transcript', branch };
  }

  /** The rendered prompts and raw replies of the decision under the cursor. */
  loaded(): DebugProtocol.Source[] {
    const { session } = this.opened;
    const loaded: DebugProtocol.Source[] = [];
    if (session.cursor.inside?.coming !== null && session.cursor.inside !== null) {
      loaded.push(this.source({ kind: 'coming' }));
    }
    for (const call of callsOf(session, session.decision ?? null)) {
      loaded.push(this.source({ kind: 'sent', call }), this.source({ kind: 'reply', call }));
    }
    return loaded;
  }

  /** Throws `debugger.no-source`. */
  text(reference: number): string {
    const document = this.documents.at(reference - 1);
    const text = document === undefined || reference < 1 ? null : this.textOf(document);
    if (text === null) throw new LacError('debugger.no-source', { reference });
    return text;
  }

  private textOf(document: DocumentName): string | null {
    const { session } = this.opened;
    switch (document.kind) {
      case 'prompt':
        return session.promptsHere.set.parts.get(document.part)?.syntax.text ?? null;
      case 'transcript':
        return session.transcript(document.branch).text;
      case 'coming':
        return session.comingPrompt();
      case 'sent':
        return session.shelf.prompt(document.call)?.join('') ?? null;
      case 'reply': {
        const answer = session.shelf.call(document.call)?.answer ?? null;
        return answer === null ? null : replyText(answer);
      }
    }
  }

  private source(document: DocumentName): DebugProtocol.Source {
    const address =
      document.kind === 'prompt'
        ? this.opened.documents.prompt(document.part)
        : document.kind === 'transcript'
          ? this.opened.documents.transcript(document.branch)
          : ({ kind: 'text', name: inLanguage(this.title(document), this.translate) } as const);
    if (address.kind === 'path') return { name: address.path.replace(/^.*[\\/]/u, ''), path: address.path };
    return { name: address.name, sourceReference: this.reference(document), presentationHint: 'normal' };
  }

  private title(document: Extract<DocumentName, { kind: 'sent' | 'reply' | 'coming' }>): Phrase {
    if (document.kind === 'coming') return phrase('coming prompt');
    const id = document.call.slice(0, 8);
    const what = document.kind === 'sent' ? phrase('{id} prompt', { id }) : phrase('{id} reply', { id });
    const line = this.opened.session.shelf.call(document.call);
    return line === undefined ? what : { text: '{what} ({call})', args: { what, call: callTitle(line) } };
  }

  private reference(document: DocumentName): number {
    const key = JSON.stringify(document);
    let reference = this.references.get(key);
    if (reference === undefined) {
      this.documents.push(document);
      reference = this.documents.length;
      this.references.set(key, reference);
    }
    return reference;
  }
}
