/** What a host fills into the page's document. */
export interface PanelDocumentParts {
  /** Address of `dist/panel.js` as the page can load it. */
  readonly script: string;
  /** Address of `dist/panel.css`. */
  readonly style: string;
  /** The webview's `cspSource`: from where styles may come. */
  readonly cspSource: string;
  /** Fresh random letters and digits (16 bytes at least) for each document. */
  readonly nonce: string;
  /** Whether the page stands in the side bar or as an editor tab; decides the ground it is drawn on. */
  readonly place: 'view' | 'editor';
  /** BCP 47 tag of the language of the page's words. */
  readonly language: string;
  /** The page's words by their English ones; empty where these are used. */
  readonly words: Readonly<Record<string, string>>;
  /** Shown until the page has drawn itself. */
  readonly loading: string;
}

/**
 * The document of the panel's page. One script by nonce, one style sheet, nothing else: no inline style, image, font,
 * frame or connection. The nonce stands in a meta element too: the components' library reads it there for the style
 * element with which it finds out what the browser knows of `:focus-visible`.
 */
export function panelDocument(parts: PanelDocumentParts): string {
  const { script, style, cspSource, nonce, place, language, words, loading } = parts;
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta property="csp-nonce" content="${escaped(nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LAC Debugger</title>
<link rel="stylesheet" href="${escaped(style)}">
</head>
<body class="lac-${place}">
<script type="application/json" id="words">${JSON.stringify(words).replaceAll('<', '\\u003c')}</script>
<main id="panel"><p class="loading">${escaped(loading)}</p></main>
<script nonce="${escaped(nonce)}" src="${escaped(script)}"></script>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
