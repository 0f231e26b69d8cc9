import type { Relation } from '../engine/relation';
import type { World, WorldState } from '../engine/world';
import { sourceError } from '../source';
import type { Grammar } from './reader';
import type { Placeholder, Query, TextPart, ValueExpression } from './syntax';

/** A placeholder with the entity it stands for. */
export interface Binding extends Placeholder {
  readonly entity: number;
}

const deepest = 200;
const mostExpansions = 100_000;

/** Derives texts of a grammar in a state of a game. */
export class Derivation {
  private depth = 0;
  private expansions = 0;

  constructor(
    private readonly grammar: Grammar,
    private readonly world: World,
    private readonly state: WorldState,
    /** The game file's name, for messages. */
    private readonly file: string,
  ) {}

  text(parts: readonly TextPart[], context: readonly Binding[]): string {
    let text = '';
    for (const part of parts) {
      switch (part.kind) {
        case 'text':
          text += part.text;
          break;
        case 'nonterminal':
          text += this.nonterminal(part.name, context);
          break;
        case 'value':
          text +=
            part.query === null
              ? this.value(part.expression, context)
              : this.answers(part.query, part.expression, context).join('');
          break;
        case 'list':
          text += this.list(this.answers(part.query, part.expression, context), context);
          break;
      }
    }
    return text;
  }

  nonterminal(name: string, context: readonly Binding[]): string {
    const nonterminal = this.grammar.nonterminals.get(name);
    if (nonterminal === undefined) throw this.error(0, `"#${name}#" is not defined`);
    if (++this.depth > deepest || ++this.expansions > mostExpansions) {
      throw this.error(nonterminal.at, `"#${name}#" never comes to an end: it leads back to itself`);
    }
    const production = nonterminal.productions.find(
      ({ condition }) => condition === null || this.solve(condition, 0, context, () => true),
    );
    if (production === undefined) throw this.error(nonterminal.at, `no production of "${name}" fits the state`);
    const text = this.text(production.parts, context);
    this.depth--;
    return text;
  }

  private error(at: number, reason: string): Error {
    return sourceError({ ...this.grammar.source, file: this.file }, at, reason);
  }

  private list(items: readonly string[], context: readonly Binding[]): string {
    const last = items.at(-1);
    if (last === undefined) return this.nonterminal('list_empty', context);
    if (items.length === 1) return last;
    const separator = this.nonterminal('list_separator', context);
    return items.slice(0, -1).join(separator) + this.nonterminal('list_last_separator', context) + last;
  }

  private answers(query: Query, expression: ValueExpression, context: readonly Binding[]): readonly string[] {
    const answers: string[] = [];
    this.solve(query, 0, context, (extended) => {
      answers.push(this.value(expression, extended));
      return false;
    });
    return answers;
  }

  private value(expression: ValueExpression, context: readonly Binding[]): string {
    switch (expression.kind) {
      case 'literal':
        return expression.text;
      case 'nonterminal':
        return this.nonterminal(expression.name, context);
      case 'sum':
        return expression.parts.map((part) => this.value(part, context)).join('');
      case 'first': {
        for (const part of expression.parts) {
          const text = this.value(part, context);
          if (text !== '') return text;
        }
        return '';
      }
      case 'attribute': {
        if (expression.attribute === 'indefinite') return 'a';
        if (expression.attribute === 'definite') return 'the';
        const bound = context.findLast((binding) => binding.name === expression.placeholder);
        if (bound === undefined) throw this.error(0, `nothing is called "${expression.placeholder}" where it is used`);
        const entity = this.world.entities.at(bound.entity);
        return expression.attribute === 'id' ? entity.id : entity.name;
      }
    }
  }

  /**
   * Joins the atoms of a query from left to right over the text facts, facts in ascending order of their arguments; a
   * new placeholder takes no entity that another one has.
   */
  private solve(
    query: Query,
    index: number,
    context: readonly Binding[],
    visit: (context: readonly Binding[]) => boolean,
  ): boolean {
    const atom = query[index];
    if (atom === undefined) return visit(context);
    const predicate = this.world.textPredicate(atom.predicate);
    const relation = predicate === undefined ? undefined : this.state.texts[predicate];
    if (relation?.arity !== atom.placeholders.length) {
      throw this.error(0, `a condition asks for "${atom.predicate}", which the domain does not have in this form`);
    }
    const bound = atom.placeholders.map(
      (placeholder) =>
        context.find((one) => one.name === placeholder.name && one.type === placeholder.type)?.entity ?? -1,
    );
    for (const key of candidates(relation, bound)) {
      const extended = this.match(relation, key, atom.placeholders, context);
      if (extended !== undefined && this.solve(query, index + 1, extended, visit)) return true;
    }
    return false;
  }

  private match(
    relation: Relation,
    key: number,
    placeholders: readonly Placeholder[],
    context: readonly Binding[],
  ): readonly Binding[] | undefined {
    let extended = context;
    for (let position = 0; position < placeholders.length; position++) {
      const placeholder = placeholders[position];
      if (placeholder === undefined) return undefined;
      const entity = relation.argument(key, position);
      const bound = extended.find((one) => one.name === placeholder.name && one.type === placeholder.type);
      if (bound !== undefined) {
        if (bound.entity !== entity) return undefined;
        continue;
      }
      if (extended.some((one) => one.entity === entity)) return undefined;
      if (!this.world.entities.ofType(placeholder.type).has(entity)) return undefined;
      extended = [...extended, { ...placeholder, entity }];
    }
    return extended;
  }
}

function candidates(relation: Relation, bound: readonly number[]): readonly number[] {
  let facts = relation.keys;
  bound.forEach((entity, position) => {
    if (entity < 0) return;
    const matching = relation.matching(position, entity);
    if (matching.length < facts.length) facts = matching;
  });
  return facts;
}
