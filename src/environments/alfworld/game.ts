import { createHash } from 'node:crypto';
import { type Instance, World, type WorldState } from './engine/world';
import { goalOf, type GameFile } from './gameFile';
import { type Binding, Derivation } from './grammar/derivation';
import { type Grammar, queriesOf, readGrammar, references } from './grammar/reader';
import type { TextPart } from './grammar/syntax';
import { type Domain, readDomain } from './pddl/domain';
import { readProblem } from './pddl/problem';
import { type GoalTypes, goalTypesOf } from './goalTypes';

/** Keeps the last few results by text: all games of one version share their domain, many share their grammar. */
class Recent<Value> {
  private readonly values = new Map<string, Value>();

  constructor(private readonly most: number) {}

  get(text: string, make: () => Value): Value {
    const known = this.values.get(text);
    if (known !== undefined) return known;
    const made = make();
    const oldest = this.values.keys().next();
    if (this.values.size >= this.most && oldest.done === false) this.values.delete(oldest.value);
    this.values.set(text, made);
    return made;
  }
}

const domains = new Recent<Domain>(8);
const grammars = new Recent<Grammar>(64);

/** What every command is answered with that the state does not admit. */
export const nothingHappens = 'Nothing happens.';

/** One ALFWorld game, compiled: its rules, its start and its texts. It holds no state; states are values. */
export class Game {
  readonly world: World;
  /** The sentence after "Your task is to: ", full stop included; empty where the game has none. */
  readonly goal: string;
  /** The types of objects and receptacles that the goal speaks of. */
  readonly goalTypes: GoalTypes;
  /** SHA-256 of domain, grammar and problem. */
  readonly sha256: string;
  private readonly grammar: Grammar;
  /** Indices in the text facts of what the grammar asks for. */
  private readonly readByTexts: ReadonlySet<number>;
  private readonly commands = new Map<string, string>();
  private readonly fixedTemplates = new Set<string>();
  private lastState: WorldState | undefined;
  private lastCommands: ReadonlyMap<string, Instance> = new Map();

  /** Compiles a game file; `name` names it in errors. Throws `alfworld.pddl` and `alfworld.grammar`. */
  constructor(
    readonly file: GameFile,
    readonly name: string,
  ) {
    const domain = domains.get(file.pddl_domain, () =>
      readDomain({ file: name, part: 'pddl_domain', text: file.pddl_domain }),
    );
    this.grammar = grammars.get(file.grammar, () => readGrammar({ file: name, part: 'grammar', text: file.grammar }));
    const problem = readProblem({ file: name, part: 'pddl_problem', text: file.pddl_problem }, domain.predicates);
    this.world = new World({ ...domain, source: { ...domain.source, file: name } }, problem);
    this.goalTypes = goalTypesOf(problem.goal);
    this.goal = goalOf(file.grammar) ?? '';
    this.readByTexts = new Set(queriesOf(this.grammar).map((atom) => this.world.textPredicate(atom.predicate) ?? -1));
    const hash = createHash('sha256');
    for (const text of [file.pddl_domain, file.grammar, file.pddl_problem]) hash.update(text).update('\0');
    this.sha256 = hash.digest('hex');
    for (const action of this.world.actions) {
      const template = this.grammar.actions.get(action.schema.name)?.template;
      if (template !== undefined && this.isFixed(template)) this.fixedTemplates.add(action.schema.name);
    }
  }

  get start(): WorldState {
    return this.world.initial;
  }

  /** Whether a template's text never changes in a game: it asks only for facts that no action changes. */
  private isFixed(template: readonly TextPart[]): boolean {
    if (references(template).some((name) => !name.startsWith('list_'))) return false;
    return template.every((part) => {
      if (part.kind === 'text' || part.kind === 'nonterminal' || part.query === null) return true;
      return part.query.every((atom) => {
        const predicate = this.world.findPredicate(atom.predicate);
        return predicate !== undefined && this.world.isStatic[predicate];
      });
    });
  }

  private derivation(state: WorldState): Derivation {
    return new Derivation(this.grammar, this.world, state, this.name);
  }

  /** The text that an episode begins with: title, look text and task, parted by blank lines. */
  intro(): string {
    return this.derivation(this.start).nonterminal('intro', []);
  }

  /** The command that runs an instance in a state; empty where the grammar has no template for its action. */
  command(state: WorldState, { action, args }: Instance): string {
    const { name } = action.schema;
    const template = this.grammar.actions.get(name)?.template;
    if (template === undefined) return '';
    const key = `${name} ${args.join()}`;
    const known = this.commands.get(key);
    if (known !== undefined) return known;
    const command = this.derivation(state).text(template, contextOf({ action, args }));
    if (this.fixedTemplates.has(name)) this.commands.set(key, command);
    return command;
  }

  private commandsOf(state: WorldState): ReadonlyMap<string, Instance> {
    if (this.lastState === state) return this.lastCommands;
    const commands = new Map<string, Instance>();
    for (const instance of this.world.instances(state)) {
      const command = this.command(state, instance);
      if (command !== '' && !commands.has(command)) commands.set(command, instance);
    }
    this.lastState = state;
    this.lastCommands = commands;
    return commands;
  }

  /** Every command that the state admits, without repetition, sorted by code point. */
  admissible(state: WorldState): readonly string[] {
    return [...this.commandsOf(state).keys()].sort();
  }

  /** What a text commands in a state: blanks around it do not count, anything else does. */
  find(state: WorldState, text: string): Instance | undefined {
    return this.commandsOf(state).get(text.trim());
  }

  /** Executes an instance that the state admits. */
  step(state: WorldState, instance: Instance): { readonly state: WorldState; readonly feedback: string } {
    const after = this.world.apply(state, instance);
    const feedback = this.grammar.actions.get(instance.action.schema.name)?.feedback ?? [];
    return { state: after, feedback: this.derivation(after).text(feedback, contextOf(instance)) };
  }

  won(state: WorldState): boolean {
    return this.world.won(state);
  }

  /** Whether nothing tells two states of this game apart: no text, no condition of an action, no goal. */
  alike(a: WorldState, b: WorldState): boolean {
    return (
      a.facts.every((relation, index) => relation === b.facts[index] || !this.world.matters(index)) &&
      a.texts.every((relation, index) => relation === b.texts[index] || !this.readByTexts.has(index))
    );
  }
}

function contextOf({ action, args }: Instance): readonly Binding[] {
  return action.schema.parameters.map((parameter, slot) => ({
    name: parameter.name.replace(/^\?/, ''),
    type: parameter.type,
    entity: args[slot] ?? -1,
  }));
}
