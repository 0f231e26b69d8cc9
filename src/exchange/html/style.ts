/** The style sheet of exported pages; light and dark by the reader's own setting. */
export const styleSheet = `
:root{color-scheme:light dark;--line:light-dark(#d0d7de,#3d444d);--soft:light-dark(#57606a,#9198a1);--mark:light-dark(#0969da,#4493f8);--good:light-dark(#1a7f37,#3fb950);--bad:light-dark(#cf222e,#f85149);--tint:light-dark(#f6f8fa,#151b23)}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;background:light-dark(#fff,#0d1117);color:light-dark(#1f2328,#e6edf3)}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin-top:2.5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dt{color:var(--soft)}dd{margin:0}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;padding:.4rem .8rem}
summary{cursor:pointer}summary:focus-visible{outline:2px solid var(--mark)}
summary b{margin-right:.6rem}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
pre,.text{white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.45 ui-monospace,monospace;background:var(--tint);padding:.5rem;border-radius:4px;margin:.4rem 0}
table{border-collapse:collapse;width:100%;margin:.5rem 0;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}th{color:var(--soft);font-weight:500}
.n{text-align:right;white-space:nowrap}.wide{overflow-x:auto}summary+*{margin-top:.5rem;display:block}tr.chosen td:first-child{border-left:3px solid var(--mark);font-weight:600}
meter{width:5rem;vertical-align:middle}
@media(max-width:40rem){meter{display:none}th,td{padding:.2rem .4rem}}
@media print{details{break-inside:avoid}}
`;
