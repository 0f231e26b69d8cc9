import { useEffect, useState } from 'preact/hooks';

/** Colours of the page's theme for canvases, which cannot read style sheets. */
export interface ThemeColors {
  readonly line: string;
  readonly grid: string;
  readonly dim: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
  readonly ground: string;
}

export function readThemeColors(element: Element): ThemeColors {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(`--lac-${name}`).trim() || 'gray';
  return {
    line: of('accent'),
    grid: of('border'),
    dim: of('dim'),
    good: of('good'),
    bad: of('bad'),
    warn: of('warn'),
    ground: of('ground'),
  };
}

/** A number that grows whenever the theme changes, so that canvases are drawn again. */
export function useThemeVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const next = (): void => setVersion((before) => before + 1);
    const observer = new MutationObserver(next);
    // VS Code writes its variables into the style of the root and the theme's kind into the classes of the body.
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    const forced = matchMedia('(forced-colors: active)');
    forced.addEventListener('change', next);
    return () => {
      observer.disconnect();
      forced.removeEventListener('change', next);
    };
  }, []);
  return version;
}
