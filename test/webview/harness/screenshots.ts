import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PanelServer } from './panelPage';
import { scenes } from './states';
import { themeNames, type ThemeName } from './themes';

/** Draws every state in every theme at both widths: `[--scene name]... [--theme name]... [--width n]... [--language de] [--out folder]`. */
async function main(): Promise<void> {
  const all = (flag: string): string[] =>
    process.argv.flatMap((argument, i) => (argument === `--${flag}` ? [process.argv[i + 1] ?? ''] : []));
  const out = all('out').at(0) ?? path.join('.cache', 'panel-screenshots');
  mkdirSync(out, { recursive: true });
  const wanted = all('scene');
  const isTheme = (name: string): name is ThemeName => (themeNames as readonly string[]).includes(name);
  const chosen = all('theme').filter(isTheme);
  const widths = all('width').map(Number);
  const language =
    all('language')
      .map((each) => ({ language: each }))
      .at(-1) ?? {};
  const server = await PanelServer.start();
  try {
    for (const [name, scene] of Object.entries(await scenes())) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      for (const theme of chosen.length > 0 ? chosen : themeNames) {
        for (const width of widths.length > 0 ? widths : [300, 980]) {
          const place = width >= 720 ? 'editor' : 'view';
          const panel = await server.open({ ...scene, theme, width, place, ...language });
          await panel.page.screenshot({ path: path.join(out, `${name}-${theme}-${width}.png`), fullPage: true });
          for (const problem of panel.problems) console.error(`${name}, ${theme}, ${width}: ${problem}`);
          await panel.close();
        }
      }
    }
  } finally {
    await server.stop();
  }
  console.log(`screenshots are in ${out}`);
}

void main();
