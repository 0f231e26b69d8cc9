import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { analyze } from '../../src/environments/webshop/analyzer';
import type { Catalogue } from '../../src/environments/webshop/catalogue';
import { normalizeColor } from '../../src/environments/webshop/colors';
import { process as processText, tokenSetRatio } from '../../src/environments/webshop/fuzzy';
import {
  humanGoals,
  syntheticGoals,
  type Goal,
  type GoalList,
  type GoalOptions,
} from '../../src/environments/webshop/goals';
import { titleNouns, type NounExtractor } from '../../src/environments/webshop/nouns';
import { openCatalogue } from '../../src/environments/webshop/openCatalogue';
import { indexedText } from '../../src/environments/webshop/product';
import { PythonRandom } from '../../src/environments/webshop/pythonRandom';
import { stringRepr } from '../../src/environments/webshop/pythonText';
import { matchedOptions, reward, titleScoreOf, type Reward } from '../../src/environments/webshop/reward';
import { Shop } from '../../src/environments/webshop/shop';
import {
  latsRules,
  reactRules,
  SimplifiedShop,
  type SimplifiedMove,
  type SimplifiedState,
} from '../../src/environments/webshop/simplifiedShop';
import { parseAction, startOfText, TextShop, type TextState } from '../../src/environments/webshop/textShop';
import { ConformanceReport, type Conformance } from './report';

/**
 * Holds WebShop against recordings of the original. Which check a file gets is told by what its records hold, not by
 * its name, so that other recordings in the same forms work too.
 */
const conformance: Conformance = async ({ folder, data }, log) => {
  const report = new ConformanceReport();
  const files = readdirSync(folder)
    .filter((name) => /\.(json|jsonl)(\.gz)?$/.test(name))
    .sort();
  const recordings = files.map((name) => ({ name, content: readRecording(path.join(folder, name)) }));
  const check = new Check(report, data, standInNouns(recordings), log);
  for (const { name, content } of recordings) {
    const before = report.passed + report.failed;
    const started = performance.now();
    await check.file(name, content);
    const records = report.passed + report.failed - before;
    if (records > 0) log(`${name}: ${records} records in ${Math.round(performance.now() - started)} ms`);
  }
  check.summary();
  return report;
};
export default conformance;

interface Recording {
  readonly name: string;
  /** Rows of a line file; the one value of a JSON file. */
  readonly content: { readonly rows: readonly Json[] } | { readonly value: unknown };
}

/** A record; its fields are checked where they are used. */
type Json = Readonly<Record<string, unknown>>;

function readRecording(file: string): Recording['content'] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  if (!file.includes('.jsonl')) return { value: JSON.parse(text) as unknown };
  return {
    rows: text
      .split('\n')
      .filter(Boolean)
      .map((line) => object(JSON.parse(line))),
  };
}

/** Titles with their recorded nouns, found among the recordings: an object of lists of lower-case words by asin. */
function standInNouns(recordings: readonly Recording[]): ReadonlyMap<string, readonly string[]> {
  for (const { content } of recordings) {
    if ('rows' in content || !isJson(content.value)) continue;
    const entries = Object.entries(content.value);
    if (
      entries.length > 0 &&
      entries.every(([, list]) => Array.isArray(list) && list.every((x) => typeof x === 'string'))
    ) {
      return new Map(entries.map(([asin, list]) => [asin, strings(list)]));
    }
  }
  return new Map();
}

class Check {
  private readonly catalogues = new Map<number, Promise<Catalogue>>();
  private readonly goalLists = new Map<string, Promise<GoalList>>();
  private rewards = { all: 0, sameReward: 0, sameType: 0, robust: 0, robustRight: 0 };

  constructor(
    private readonly report: ConformanceReport,
    private readonly data: string | undefined,
    private readonly nouns: ReadonlyMap<string, readonly string[]>,
    private readonly log: (line: string) => void,
  ) {}

  async file(name: string, content: Recording['content']): Promise<void> {
    if ('value' in content) return this.value(name, content.value);
    const first = content.rows.at(0);
    if (first === undefined) return;
    const rowCheck = this.rowCheck(name, first);
    if (rowCheck === undefined) {
      this.report.skip(`${name}: records of no known form`, content.rows.length);
      return;
    }
    if (rowCheck.needsData && this.data === undefined) {
      this.report.skip(`${name}: needs the folder of products (--data)`, content.rows.length);
      return;
    }
    for (const [index, row] of content.rows.entries()) {
      const label = typeof row['id'] === 'string' ? row['id'] : String(index);
      await rowCheck.check(row, `${name} ${label}`);
    }
  }

  summary(): void {
    const { all, sameReward, sameType, robust, robustRight } = this.rewards;
    if (all === 0) return;
    const share = (part: number, of: number): string =>
      `${part}/${of} (${((100 * part) / Math.max(1, of)).toFixed(1)} %)`;
    this.log(`our noun extractor: same reward ${share(sameReward, all)}, same type factor ${share(sameType, all)}`);
    this.log(`rewards said to be robust: ${share(robust, all)}; of these right ${share(robustRight, robust)}`);
  }

  private rowCheck(
    name: string,
    row: Json,
  ): { needsData: boolean; check: (row: Json, label: string) => void | Promise<void> } | undefined {
    const has = (...fields: readonly string[]): boolean => fields.every((field) => field in row);
    const free = (check: (row: Json, label: string) => void) => ({ needsData: false, check });
    const shop = (check: (row: Json, label: string) => Promise<void>) => ({ needsData: true, check });
    if (has('steps', 'goal_set', 'mode')) {
      return shop((each, label) =>
        each['mode'] === 'text' ? this.textEpisode(each, label) : this.clientEpisode(each, label),
      );
    }
    if (has('i', 'i_before_shuffle', 'instruction_text')) {
      const set = /goals_(\w+?)\./.exec(name)?.[1] ?? (Array.isArray(row['goal_options']) ? 'human' : 'synthetic');
      return shop((each, label) => this.goal(set, each, label));
    }
    if (has('asin', 'contents_sha256')) return shop((each, label) => this.product(each, label));
    if (has('goal', 'asin', 'options', 'reward')) return shop((each, label) => this.reward(each, label));
    if (has('query', 'hits')) return shop((each, label) => this.search(each, label));
    if (has('a', 'b', 'token_set_ratio')) return free((each, label) => this.ratio(each, label));
    if (has('s', 'out')) return free((each, label) => this.stringFunction(each, label));
    if (has('text', 'tokens')) {
      return free((each, label) => this.same(label, 'terms', analyze(string(each['text'])), each['tokens']));
    }
    if (has('seed', 'random')) return free((each, label) => this.random(each, label));
    if (has('session', 'instruction', 'steps')) return free((each, label) => this.publishedEpisode(each, label));
    if (has('trajectory', 'events')) return free((each, label) => this.humanTrajectory(each, label));
    return undefined;
  }

  private async value(name: string, value: unknown): Promise<void> {
    if (Array.isArray(value) && value.every((row) => isJson(row) && 'title_score' in row && 'goal_name' in row)) {
      this.titleScores(name, value.map(object));
      return;
    }
    if (!isJson(value)) {
      this.report.skip(`${name}: of no known form`);
      return;
    }
    const entries = Object.entries(value);
    if (entries.every(([, price]) => typeof price === 'number')) {
      if (this.data === undefined) {
        this.report.skip(`${name}: needs the folder of products (--data)`, entries.length);
        return;
      }
      const catalogue = await this.catalogue(0);
      for (const [asin, price] of entries) {
        const place = catalogue.placeOf(asin);
        this.same(`${name} ${asin}`, 'price', place < 0 ? null : catalogue.price(place), price);
      }
      return;
    }
    if (Array.isArray(value['ranges'])) {
      for (const range of value['ranges']) {
        const [first, last] = strings(range).map((code) => parseInt(code, 16));
        const wrong = codePoints(first, last).find((code) => analyze(String.fromCodePoint(code)).length !== 1);
        this.report.count(
          `${name} ${first.toString(16)}`,
          wrong === undefined ? undefined : `${wrong.toString(16)} gives no token`,
        );
      }
      return;
    }
    const lists = entries.filter(([, list]) => Array.isArray(list)).length;
    if (lists === entries.length)
      this.report.skip(`${name}: nouns of a stand-in tagger, used as the noun source`, lists);
    else this.report.skip(`${name}: of no known form`);
  }

  private async textEpisode(row: Json, label: string): Promise<void> {
    const goal = await this.recordedGoal(row);
    const shop = await this.shop(row);
    const texts = new TextShop(shop, goal, row['show_attrs'] === true);
    let state: TextState = startOfText;
    for (const [index, step] of objects(row['steps']).entries()) {
      const here = `${label} step ${index}`;
      if ('error' in step) {
        this.report.skip(`text steps where the original raises ${string(step['error'])}; here they are answered`);
        return;
      }
      const action = string(step['action']);
      const move = action === 'reset' && index === 0 ? undefined : texts.step(state, action);
      state = move?.state ?? startOfText;
      const session =
        string(step['url'])
          .split('/')
          .slice(3)
          .find((part) => /_\d+$/.test(part) && !part.startsWith('item_')) ?? '';
      const available = texts.availableActions(state);
      this.same(
        here,
        'step',
        {
          text: texts.text(state),
          rich: texts.richText(state),
          url: texts.address(state, session),
          bar: available.hasSearchBar,
          clickables: available.clickables,
          reward: move?.reward?.total ?? 0,
          done: hasReward(move),
        },
        {
          text: step['obs_text'],
          rich: step['obs_rich'],
          url: step['url'],
          bar: object(step['available'])['has_search_bar'],
          clickables: object(step['available'])['clickables'],
          reward: step['reward'],
          done: step['done'],
        },
      );
      if (move !== undefined && move.reward !== null && isJson(row['purchase']))
        this.purchase(here, goal, move.reward, state, row['purchase']);
    }
  }

  private async clientEpisode(row: Json, label: string): Promise<void> {
    const goal = await this.recordedGoal(row);
    const rules = row['mode'] === 'lats' ? latsRules : reactRules;
    const client = new SimplifiedShop(await this.shop(row), goal, rules);
    const steps = objects(row['steps']);
    let move: SimplifiedMove = client.start();
    const moves: SimplifiedMove[] = [];
    for (const [index, step] of steps.entries()) {
      if (index > 0) move = client.step(move.state, string(step['action']));
      moves.push(move);
    }
    for (const [index, step] of steps.entries()) {
      const { state, answer, shownReward, done, invalid } = moves[index];
      const recorded = object(step['state']);
      // The recorder kept one object of options and let it change: each step shows what it became in the end.
      const options = lastOfSameOptions(moves, index);
      this.same(
        `${label} step ${index}`,
        'step',
        {
          obs: answer ?? client.text(state),
          reward: shownReward,
          done,
          invalid: invalid !== null,
          page: state.page,
          query: state.query,
          number: state.pageNumber,
          asin: state.asin,
          options: options === null ? null : Object.fromEntries(options),
          asins: state.asins,
        },
        {
          obs: step['obs'],
          reward: step['reward'],
          done: step['done'],
          invalid: step['invalid'],
          page: recorded['page_type'],
          query: recorded['query_string'] ?? null,
          number: recorded['page_num'] ?? null,
          asin: recorded['asin'] ?? null,
          options: recorded['options'] ?? null,
          asins: recorded['asins'] ?? [],
        },
      );
    }
  }

  private purchase(label: string, goal: Goal, result: Reward, state: TextState, recorded: Json): void {
    this.same(
      `${label} purchase`,
      'purchase',
      { asin: state.asin, options: Object.fromEntries(state.options), info: infoOf(result, goal) },
      { asin: recorded['asin'], options: recorded['options'], info: recorded['info'] },
    );
  }

  private async goal(set: string, row: Json, label: string): Promise<void> {
    const goals = await this.goals(set, 0);
    const index = number(row['i']);
    if (index >= goals.size) {
      this.report.count(label, `there are only ${goals.size} goals of kind ${set}`);
      return;
    }
    const goal = goals.at(index);
    this.same(
      label,
      'goal',
      { ...recordedForm(goal), i: index, i_before_shuffle: goals.placeBeforeShuffle(index), weight: goal.weight },
      { ...row },
    );
  }

  private async product(row: Json, label: string): Promise<void> {
    const catalogue = await this.catalogue(0);
    const place = catalogue.placeOf(string(row['asin']));
    if (place < 0) {
      this.report.count(label, 'this product was not loaded');
      return;
    }
    const product = catalogue.product(place);
    const ours: Json = {
      asin: product.asin,
      pricing: product.pricing,
      Price: product.priceTag,
      options: Object.fromEntries(product.options),
      n_bullets: product.bullets.length,
      Attributes: catalogue.attributes(place),
      MainImage: product.image,
      query: product.query,
      product_category: product.productCategory,
      contents_sha256: createHash('sha256').update(indexedText(product)).digest('hex'),
    };
    this.same(label, 'product', ours, row);
    this.same(label, 'order of options', [...product.options.keys()], Object.keys(object(row['options'])));
  }

  private async reward(row: Json, label: string): Promise<void> {
    const catalogue = await this.catalogue(0);
    const place = catalogue.placeOf(string(row['asin']));
    const goal = goalOf(object(row['goal']));
    const purchase = {
      product: catalogue.product(place),
      attributes: catalogue.attributes(place),
      price: number(row['price']),
      options: Object.values(object(row['options'])).map(string),
    };
    const result = reward(purchase, goal, this.extractor(catalogue));
    this.same(
      label,
      'reward',
      {
        reward: result.total,
        info: infoOf(result, goal),
        attributes: result.attributeMatches,
        options: result.optionMatches,
      },
      {
        reward: row['reward'],
        info: row['info'],
        attributes: row['num_attr_matches'],
        options: row['num_option_matches'],
      },
    );
    const own = reward(purchase, goal, titleNouns);
    this.rewards.all++;
    const right = own.total === row['reward'];
    if (right) this.rewards.sameReward++;
    if (own.typeFactor === object(row['info'])['r_type']) this.rewards.sameType++;
    if (own.typeRobust) this.rewards.robust++;
    if (own.typeRobust && right) this.rewards.robustRight++;
  }

  private async search(row: Json, label: string): Promise<void> {
    const catalogue = await this.catalogue(0);
    const query = string(row['query']);
    const hits = catalogue.search(query, 50).map((hit) => [catalogue.asin(hit.document), hit.score]);
    const recorded = array(row['hits']).map((hit) => {
      const [asin, score] = array(hit);
      return [asin, Math.fround(number(score))];
    });
    this.same(label, 'hits', hits, recorded);
    if (row['tokens'] !== undefined) this.same(label, 'terms', analyze(query), row['tokens']);
  }

  private ratio(row: Json, label: string): void {
    const b = Array.isArray(row['b']) ? `(${strings(row['b']).map(stringRepr).join(', ')})` : string(row['b']);
    const a = string(row['a']);
    const score = tokenSetRatio(a, b);
    this.same(
      label,
      'ratio',
      { a: processText(a), b: processText(b), score, match: score > 85 },
      { a: row['pa'], b: row['pb'], score: row['token_set_ratio'], match: row['match'] },
    );
  }

  private stringFunction(row: Json, label: string): void {
    const text = string(row['s']);
    const ours = Array.isArray(row['out']) ? parseAction(text) : normalizeColor(text);
    this.same(label, 'result', ours, row['out']);
  }

  private random(row: Json, label: string): void {
    const seed = number(row['seed']);
    const stream = new PythonRandom(seed);
    const times = <T>(list: unknown, draw: () => T): T[] => array(list).map(draw);
    const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
    const ours: Record<string, unknown> = {
      seed,
      random: times(row['random'], () => stream.random()),
      uniform_10_20: times(row['uniform_10_20'], () => stream.uniform(10, 20)),
      randbelow_1000: times(row['randbelow_1000'], () => stream.below(1000)),
    };
    const shuffled = range(50);
    new PythonRandom(seed).shuffle(shuffled);
    ours['shuffle_50'] = shuffled;
    const sampler = new PythonRandom(seed);
    ours['sample_range4_2'] = times(row['sample_range4_2'], () => sampler.sample([10, 20, 30, 40], 2));
    ours['sample_range30_21'] = sampler.sample(range(30), 21);
    ours['choices_w'] = times(row['choices_w'], () => sampler.choice(range(5), [1, 2, 3, 4, 5]));
    const words = new PythonRandom(seed);
    ours['getrandbits'] = [1, 5, 31, 32, 33, 64].map((bits) => Number(words.bits(bits)));
    for (const [name, value] of Object.entries(row)) {
      if (name in ours) this.same(`${label} ${name}`, name, ours[name], value);
      else this.report.skip(`random draws of an unknown kind: ${name}`);
    }
  }

  /** A published episode on the whole site: its products are not here, the client's own part is. */
  private publishedEpisode(row: Json, label: string): void {
    const instruction = string(row['instruction']);
    const priceUpper = row['price_upper'];
    const suffix = typeof priceUpper === 'number' ? `, and price lower than ${priceUpper.toFixed(2)} dollars` : '';
    this.report.count(`${label} instruction`, instruction.endsWith(suffix) ? undefined : `does not end in "${suffix}"`);
    let page = '';
    for (const [index, step] of objects(row['steps']).entries()) {
      const action = string(step['action']);
      const observation = string(step['obs']);
      const here = `${label} step ${index}`;
      const button = /^click\[(.*)\]$/.exec(action)?.[1];
      if (action === 'reset') {
        this.same(here, 'page', observation, `\nWebshop \nInstruction:  \n${instruction} \n[Search] `);
      } else if (action.startsWith('think[')) {
        this.same(here, 'answer', observation, 'OK.');
      } else if (button === 'Next >' || (action.startsWith('search[') && !page.endsWith('[Search] '))) {
        this.same(here, 'answer', observation, 'Invalid action!');
      } else if (button !== undefined && page.endsWith('[Buy Now] ') && optionValues(page).includes(button)) {
        this.same(here, 'answer', observation, `You have clicked ${button}.`);
      } else if (button === 'Back to Search' && page.includes('[Back to Search]')) {
        this.same(here, 'page', observation, `\nWebshop \nInstruction:  \n${instruction} \n[Search] `);
      } else {
        this.report.skip('steps of published episodes that show products of the whole catalogue');
      }
      if (observation.startsWith('\n')) page = observation;
    }
  }

  /** A person's session on the whole site: the reward's parts that need no product text. */
  private humanTrajectory(row: Json, label: string): void {
    const goal = goalOf(object(row['goal']));
    const done = objects(row['events']).find((event) => event['page'] === 'done');
    const info = done === undefined ? undefined : done['reward_info'];
    if (done === undefined || !isJson(info)) {
      this.report.skip('human sessions without a purchase');
      return;
    }
    const content = object(done['content']);
    const matched = matchedOptions(Object.values(object(content['options'])).map(string), goal.options);
    const count = matched.filter(Boolean).length;
    if (info['r_option'] !== null && info['r_option'] !== undefined) {
      this.same(label, 'options', count / matched.length, info['r_option']);
    }
    const inTime = number(content['price']) <= goal.priceUpper;
    this.same(label, 'price', inTime, info['r_price']);
    const parts = goal.attributes.length + matched.length + 1;
    const attributes = Math.round(number(info['r_att']) * goal.attributes.length);
    const total = ((attributes + count + (inTime ? 1 : 0)) / parts) * number(info['r_type']);
    this.same(label, 'reward', total, done['reward']);
    this.report.skip('attribute and type parts of human sessions: their products are not here');
    this.report.skip('result pages of human sessions on the whole catalogue');
  }

  private titleScores(name: string, rows: readonly Json[]): void {
    let near = 0;
    let known = 0;
    for (const row of rows) {
      if (typeof row['purchased_name'] !== 'string') continue;
      known++;
      const score = titleScoreOf(row['purchased_name'], string(row['goal_name']), titleNouns);
      const wanted = number(row['title_score']);
      const close = Math.abs(score - wanted) <= 0.05;
      if (close) near++;
      this.log(`${name}: spaCy ${wanted.toFixed(3)}, our extractor ${score.toFixed(3)}`);
    }
    this.log(`${name}: ${near} of ${known} title scores within 0.05 of spaCy's`);
    this.report.skip(`${name}: scores of spaCy's tagger, which is no part of this engine`, rows.length);
  }

  private same(label: string, what: string, ours: unknown, recorded: unknown): void {
    this.report.count(label, isDeepStrictEqual(ours, recorded) ? undefined : difference(what, ours, recorded));
  }

  private async recordedGoal(row: Json): Promise<Goal> {
    const goals = await this.goals(string(row['goal_set']), Number(row['seed_before_load'] ?? 0));
    return goals.at(number(row['goal_index']));
  }

  private async shop(row: Json): Promise<Shop> {
    const catalogue = await this.catalogue(Number(row['seed_before_load'] ?? 0));
    return new Shop(catalogue, this.extractor(catalogue));
  }

  private extractor(catalogue: Catalogue): NounExtractor {
    if (this.nouns.size === 0) return titleNouns;
    const byTitle = new Map<string, readonly string[]>();
    for (const [asin, nouns] of this.nouns) {
      const place = catalogue.placeOf(asin);
      if (place >= 0) byTitle.set(catalogue.product(place).name, nouns);
    }
    return { nouns: (title) => byTitle.get(title) ?? titleNouns.nouns(title) };
  }

  private catalogue(seed: number): Promise<Catalogue> {
    let catalogue = this.catalogues.get(seed);
    if (catalogue === undefined) {
      if (this.data === undefined) throw new Error('a catalogue was asked for without --data');
      catalogue = openCatalogue(this.data, { seed });
      this.catalogues.set(seed, catalogue);
    }
    return catalogue;
  }

  private goals(set: string, seed: number): Promise<GoalList> {
    const key = `${set} ${seed}`;
    let goals = this.goalLists.get(key);
    if (goals === undefined) {
      goals = this.catalogue(seed).then((catalogue) => {
        if (set === 'synthetic') return syntheticGoals(catalogue);
        const file = catalogue.files.instructions.get(set);
        if (file === undefined) throw new Error(`there is no items_human_ins file for the goals "${set}"`);
        return humanGoals(catalogue, file);
      });
      this.goalLists.set(key, goals);
    }
    return goals;
  }
}

/** The original's verbose record of a reward. */
function infoOf(result: Reward, goal: Goal): Json {
  const optionCount = goal.options.kind === 'values' ? goal.options.values.length : goal.options.entries.length;
  const parts = goal.attributes.length + optionCount + 1;
  return {
    r_type: result.typeFactor,
    r_att: result.attributeMatches / goal.attributes.length,
    w_att: goal.attributes.length / parts,
    query_match: result.queryMatch,
    category_match: result.categoryMatch,
    title_score: result.titleScore,
    ...(optionCount > 0 ? { r_option: result.optionMatches / optionCount, w_option: optionCount / parts } : {}),
    r_price: result.priceMatch,
    w_price: 1 / parts,
  };
}

function recordedForm(goal: Goal): Json {
  return {
    asin: goal.asin,
    category: goal.category,
    query: goal.query,
    name: goal.name,
    product_category: goal.productCategory,
    instruction_text: goal.instruction,
    attributes: goal.attributes,
    price_upper: goal.priceUpper,
    goal_options: goal.options.kind === 'values' ? goal.options.values : Object.fromEntries(goal.options.entries),
  };
}

function goalOf(row: Json): Goal {
  const options: GoalOptions = Array.isArray(row['goal_options'])
    ? { kind: 'values', values: strings(row['goal_options']) }
    : { kind: 'named', entries: Object.entries(object(row['goal_options'])).map(([k, v]) => [k, string(v)] as const) };
  return {
    asin: string(row['asin']),
    category: string(row['category']),
    query: string(row['query']),
    name: string(row['name']),
    productCategory: string(row['product_category']),
    instruction: string(row['instruction_text']),
    attributes: strings(row['attributes']),
    priceUpper: number(row['price_upper']),
    options,
    weight: number(row['weight'] ?? 1),
  };
}

function lastOfSameOptions(moves: readonly SimplifiedMove[], index: number): SimplifiedState['options'] {
  let options = moves[index].state.options;
  if (options === null) return null;
  for (let i = index + 1; i < moves.length; i++) {
    const { state } = moves[i];
    // A step back from an item page makes a new object, as does a new search.
    if (state.options === null || (state.page === 'search' && moves[i - 1].state.page === 'item')) break;
    options = state.options;
  }
  return options;
}

function hasReward(move: { readonly reward: Reward | null } | undefined): boolean {
  return move !== undefined && move.reward !== null;
}

function optionValues(page: string): readonly string[] {
  return page
    .split('\n')
    .filter((line) => /^[^[]+ \[/.test(line))
    .flatMap((line) => [...line.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]));
}

function codePoints(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** The first place where two values part, in few words. */
function difference(what: string, ours: unknown, recorded: unknown): string {
  if (isJson(ours) && isJson(recorded)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(recorded)])) {
      if (!isDeepStrictEqual(ours[key], recorded[key])) return difference(`${what}.${key}`, ours[key], recorded[key]);
    }
  }
  const [a, b] = [JSON.stringify(ours) ?? 'nothing', JSON.stringify(recorded) ?? 'nothing'];
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at++;
  const from = Math.max(0, at - 40);
  return `${what}: ours ...${a.slice(from, at + 80)}, recorded ...${b.slice(from, at + 80)}`;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown): Json {
  if (!isJson(value)) throw new TypeError('the recording has no object where one is expected');
  return value;
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('the recording has no list where one is expected');
  return value;
}

function objects(value: unknown): readonly Json[] {
  return array(value).map(object);
}

function string(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('the recording has no text where one is expected');
  return value;
}

function strings(value: unknown): readonly string[] {
  return array(value).map(string);
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('the recording has no number where one is expected');
  return value;
}
