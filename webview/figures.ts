import type { ActionValue } from '../src/lac/events';
import { t } from './words';

/** Numbers as people read them; the page's own locale never changes them, so that they can be compared and searched. */

const minus = '−';

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? minus : '+'}${text}`;
}

/** `.31`, `1.00`, `<.01`. */
export function probability(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value > 0 && value < 0.005) return '<.01';
  if (value < 1 && value >= 0.995) return '>.99';
  const text = value.toFixed(2);
  return text.startsWith('0') ? text.slice(1) : text;
}

/** `+1.67`, `−0.82`; large ones with fewer digits. */
export function quantity(value: number): string {
  if (value === Infinity) return '+∞';
  if (value === -Infinity) return `${minus}∞`;
  if (Number.isNaN(value)) return '–';
  return signed(value, Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

/** `+1.67`, `≥ +1.67`, `≤ −0.20`, `?`. */
export function actionValue({ q, bound }: ActionValue): string {
  if (q === null) return '?';
  switch (bound) {
    case 'exact':
      return quantity(q);
    case 'lower':
      return `≥ ${quantity(q)}`;
    case 'upper':
      return `≤ ${quantity(q)}`;
    case 'none':
      return '?';
  }
}

/** In words, for those who hear it. */
export function actionValueInWords({ q, bound }: ActionValue): string {
  if (q === null || bound === 'none') return t('Q is not known');
  const number = quantity(q);
  return bound === 'exact'
    ? `Q ${number}`
    : bound === 'lower'
      ? t('Q at least {0}', number)
      : t('Q at most {0}', number);
}

/** `1.00`, `0.153`, `12.5`, `∞`: three significant digits. */
export function alphaText(alpha: number): string {
  if (alpha === Infinity) return '∞';
  if (alpha === 0) return '0';
  if (alpha >= 1000) return alpha.toPrecision(4).replace(/\.?0+(?=e|$)/u, '');
  const digits = alpha >= 100 ? 0 : alpha >= 10 ? 1 : alpha >= 0.1 ? 2 : 3;
  return alpha.toFixed(digits);
}

/** `1,204`. */
export function count(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en') : '–';
}

/** `5`, `3–5`. */
export function range([least, most]: readonly [number, number]): string {
  return least === most ? count(least) : `${count(least)}–${count(most)}`;
}

/** `0.9 s`, `2 min 5 s`. */
export function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 90) return `${Math.round(value)} s`;
  const minutes = Math.floor(value / 60);
  return minutes < 90 ? `${minutes} min ${Math.round(value % 60)} s` : `${(value / 3600).toFixed(1)} h`;
}
