import type { Change, DecisionSection, PanelState, SectionName, TimelineSection } from '../../protocol/panel';

const sectionNames: readonly SectionName[] = [
  'status',
  'episode',
  'world',
  'decision',
  'controls',
  'timeline',
  'search',
  'prompts',
];

/** The least that turns one state into another: appended events and steps where nothing else changed. */
export function changesBetween(before: PanelState, after: PanelState): readonly Change[] {
  return sectionNames.flatMap((section) => changeOf(section, before, after));
}

function changeOf(section: SectionName, before: PanelState, after: PanelState): readonly Change[] {
  if (section === 'decision' && before.decision !== null && after.decision !== null) {
    return decisionChange(before.decision, after.decision);
  }
  if (section === 'timeline' && before.timeline !== null && after.timeline !== null) {
    return timelineChange(before.timeline, after.timeline);
  }
  if (before[section] === after[section] || JSON.stringify(before[section]) === JSON.stringify(after[section]))
    return [];
  return [replacement(section, after)];
}

function replacement(section: SectionName, state: PanelState): Change {
  switch (section) {
    case 'status':
      return { kind: 'replace', section, value: state.status };
    case 'episode':
      return { kind: 'replace', section, value: state.episode };
    case 'world':
      return { kind: 'replace', section, value: state.world };
    case 'decision':
      return { kind: 'replace', section, value: state.decision };
    case 'controls':
      return { kind: 'replace', section, value: state.controls };
    case 'timeline':
      return { kind: 'replace', section, value: state.timeline };
    case 'search':
      return { kind: 'replace', section, value: state.search };
    case 'prompts':
      return { kind: 'replace', section, value: state.prompts };
  }
}

function decisionChange(before: DecisionSection, after: DecisionSection): readonly Change[] {
  const begun = before.events.length;
  const appended =
    before.node === after.node &&
    before.shown === after.shown &&
    after.events.length >= begun &&
    before.events.every((event, i) => event === after.events[i]);
  const same = (section: DecisionSection): string => JSON.stringify({ ...section, events: [] });
  if (!appended || same(before) !== same(after)) {
    return [{ kind: 'replace', section: 'decision', value: after }];
  }
  if (after.events.length === begun) return [];
  return [{ kind: 'events', node: after.node, decision: after.shown, events: after.events.slice(begun) }];
}

function timelineChange(before: TimelineSection, after: TimelineSection): readonly Change[] {
  const known = before.steps.length;
  const appended =
    before.branch === after.branch &&
    before.long === after.long &&
    after.steps.length >= known &&
    before.steps.every((step, i) => step === after.steps[i]);
  if (!appended) return [{ kind: 'replace', section: 'timeline', value: after }];
  const { cursor, trend } = after;
  const steps = after.steps.slice(known);
  if (steps.length === 0 && cursor === before.cursor && trend === before.trend) return [];
  return [{ kind: 'steps', steps, cursor, trend }];
}
