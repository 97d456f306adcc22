"""The look of the report: one sheet for screen, phone and print, legible in grey."""

STYLE = """
:root { color-scheme: light; --ink: #1d1d1d; --mid: #5f5f5f; --line: #d4d4d4; --wash: #f5f4f1; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); background: #fff; overflow-wrap: break-word;
  font: 1.0625rem/1.55 Georgia, "Times New Roman", serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 2rem; line-height: 1.18; margin: .2rem 0 .6rem; letter-spacing: -.01em; }
h2 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .3rem; }
h3 { font-size: 1.12rem; line-height: 1.32; margin: 2.2rem 0 .5rem; }
p { margin: .5rem 0 .9rem; }
.page { border-top: 3px solid var(--ink); padding-top: 1.4rem; margin-top: 4rem; }
.sheet { border-top: 0; margin-top: 0; padding-top: 0; }
.no { display: inline-block; min-width: 1.7em; color: var(--mid); font-weight: normal; }
.asks { font-style: italic; color: var(--mid); margin-bottom: 1.4rem; }
.kicker, .head, .around, .meta, nav, table, figcaption, summary, .gloss, .caution
  { font-family: "Helvetica Neue", Helvetica, Arial, sans-serif; }
.kicker { font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--mid);
  margin: 0; }
.gloss { font-size: .86rem; line-height: 1.45; color: var(--mid); }
.cards { display: grid; grid-template-columns: repeat(3, 1fr); gap: .9rem; margin: 1.1rem 0; }
.card { border-top: 3px solid var(--mid); background: var(--wash); padding: .6rem .8rem .7rem; }
.card:first-child { border-top-color: var(--ink); border-top-width: 6px;
  padding-top: calc(.6rem - 3px); }
.card p { margin: .25rem 0; font-size: .92rem; line-height: 1.38; }
.card .head { font-size: .76rem; letter-spacing: .05em; text-transform: uppercase;
  color: var(--mid); }
.card .big { font-size: 2.2rem; line-height: 1.1; margin: .1rem 0; }
.card .around { font-size: .78rem; color: var(--mid); }
.card .name { font-weight: bold; }
.facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: .9rem; margin: 1.2rem 0;
  border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); padding: .6rem 0; }
.facts p { margin: .1rem 0; } .facts .head, .facts .around { font-size: .76rem; color: var(--mid); }
.facts .fact { font-size: 1.12rem; line-height: 1.25; } .facts .note { grid-column: 1 / -1; }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 1.6rem; }
.columns h2 { font-size: 1.08rem; border-bottom: 1px solid var(--ink); padding-bottom: .25rem; }
.columns ul { margin: .5rem 0; padding-left: 1.05rem; }
.columns li { margin: .45rem 0; font-size: .93rem; line-height: 1.42; }
.caution { font-size: .82rem; line-height: 1.45; border: 1px solid var(--mid);
  padding: .6rem .8rem; margin: 1.2rem 0 .6rem; }
.preview { border: 2px solid var(--ink); padding: .6rem .8rem; font: bold .95rem/1.4
  "Helvetica Neue", Helvetica, Arial, sans-serif; }
.meta { font-size: .74rem; color: var(--mid); margin: .4rem 0 0; }
nav { margin: 2.6rem 0 0; font-size: .92rem; }
nav ol { list-style: none; margin: .4rem 0; padding: 0; columns: 2; }
nav li { padding: .18rem 0; break-inside: avoid; }
a { color: inherit; text-underline-offset: .18em; }
figure { margin: 2rem 0 2.4rem; }
figure h3 { margin: 0 0 .8rem; }
figcaption { font-size: .82rem; line-height: 1.45; color: var(--mid); margin-top: .6rem; }
.strip { margin: 1.1rem 0; } .strip h3 { font-size: 1rem; margin-bottom: .35rem; }
.wide { overflow-x: auto; }
.wide:has(table) { background: linear-gradient(90deg, #fff 60%, transparent) 0 0 / 2rem 100%
  no-repeat local, linear-gradient(-90deg, #fff 60%, transparent) 100% 0 / 2rem 100% no-repeat
  local, linear-gradient(90deg, #ccc, transparent) 0 0 / .6rem 100% no-repeat,
  linear-gradient(-90deg, #ccc, transparent) 100% 0 / .6rem 100% no-repeat; }
 .wide:focus { outline: 2px solid var(--mid); }
svg { width: 100%; height: auto; display: block; }
table { border-collapse: collapse; font-size: .84rem; line-height: 1.38; width: 100%; }
caption { text-align: left; color: var(--mid); padding-bottom: .35rem; }
th, td { border-bottom: 1px solid var(--line); padding: .34rem .7rem .34rem 0; text-align: left;
  vertical-align: top; }
thead th { border-bottom: 2px solid var(--ink); vertical-align: bottom; }
tbody th { font-weight: normal; } tbody th:not(.number) { min-width: 8rem; }
tbody th.number { width: 2.4rem; }
td { font-variant-numeric: tabular-nums; } .number { white-space: nowrap; }
details { margin: .8rem 0; border-top: 1px solid var(--line); padding-top: .35rem; }
summary { cursor: pointer; font-size: .88rem; padding: .25rem 0; }
details[open] > summary { font-weight: bold; margin-bottom: .5rem; }
.findings li, .works li { margin: .6rem 0; font-size: .92rem; }
.works { padding-left: 1.1rem; }
code { font-size: .84em; overflow-wrap: anywhere; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1.6rem; }
.pair p { margin: .3rem 0 .6rem; } .headline { border-bottom: 2px solid var(--ink); }
.change { border-bottom: 1px solid var(--line); padding-bottom: .7rem; font-size: .95rem; }
.part { font-weight: bold; margin: .8rem 0 .2rem; }
.redline { background: var(--wash); padding: .5rem .7rem; } .moved { font-size: .92rem; }
ins { text-decoration: underline; text-decoration-thickness: 2px; background: #ececec; }
del { color: var(--mid); }
@media (min-width: 48rem) {
  .strip { --grow: 1.25; }
  main { max-width: 52rem; } .page > p:not(.caution) { max-width: 42rem; }
  figure.chart { display: grid; grid-template-columns: fit-content(31rem) minmax(13rem, 1fr);
    column-gap: 1.8rem; align-items: start; --grow: 1.2; }
  .strip { display: grid; grid-template-columns: 36rem minmax(10rem, 1fr); column-gap: 1.4rem; }
  figure > h3, figure.chart > details { grid-column: 1 / -1; }
  figure.chart .drawn { width: 30rem; max-width: 100%; } figure.chart figcaption { margin-top: 0; }
}
@media (max-width: 34rem) {
  body { font-size: 1rem; } h1 { font-size: 1.5rem; } h2 { font-size: 1.3rem; }
  main { padding: 1rem 1rem 3rem; }
  .cards, .columns { grid-template-columns: 1fr; gap: .7rem; } .pair { gap: .8rem; }
  .facts { grid-template-columns: 1fr 1fr; } nav ol { columns: 1; }
  .card { display: block; } table { font-size: .76rem; } th, td { padding-right: .5rem; }
  tbody th:not(.number) { min-width: 6.5rem; } td:not(.number) { min-width: 3.6rem; }
}
@page { size: A4; margin: 14mm 15mm 13mm; }
@media print {
  body { font-size: 9.6pt; line-height: 1.4; }
  main { max-width: none; padding: 0; }
  nav, summary, details:not([open]) { display: none; }
  .page { break-before: page; border-top: 0; margin: 0; padding: 0; }
  .preview + .page { break-before: auto; }
  .sheet { break-before: auto; break-after: page; break-inside: avoid; }
  h1 { font-size: 19pt; } h2 { font-size: 14pt; } h3 { font-size: 11pt; margin-top: 5mm; }
  figure, .card, li, tr { break-inside: avoid; } h3 { break-after: avoid; }
  figure { margin: 4mm 0 5mm; } figure.chart { --grow: 1; } .wide { overflow: visible; }
  .cards { grid-template-columns: repeat(3, 1fr); gap: 3mm; margin: 3mm 0; }
  .card { background: none; border: 1px solid #999; border-top: 2pt solid #222;
    padding: 1.6mm 2.4mm; }
  .card p { font-size: 9.4pt; margin: .6mm 0; } .card .big { font-size: 22pt; }
  .card .head, .card .around { font-size: 7.8pt; }
  .facts { grid-template-columns: repeat(4, 1fr); gap: .8mm 3mm; margin: 2.4mm 0;
    padding: 1.4mm 0; }
  .sheet .facts p { margin: 0; line-height: 1.2; }
  .facts .head, .facts .around { font-size: 7.4pt; } .facts .fact { font-size: 10.5pt; }
  .columns { grid-template-columns: 6fr 5fr; gap: 6mm; } .columns h2 { font-size: 11pt; }
  .columns li { font-size: 9.2pt; line-height: 1.33; margin: .9mm 0; }
  .columns ul { margin: 1mm 0; padding-left: 4mm; }
  .sheet h1 { font-size: 17pt; margin: 0 0 1.5mm; }
  .sheet p { margin: 1mm 0 1.6mm; } .gloss, .caution { font-size: 8.2pt; line-height: 1.35; }
  .caution { padding: 1.4mm 2.2mm; margin: 2mm 0 1.4mm; } .kicker, .meta { font-size: 7.4pt; }
  .strip { display: grid; grid-template-columns: 128mm 1fr; column-gap: 4mm; align-items: center;
    margin: 2mm 0; --grow: 1.2; }
  .strip h3 { font-size: 10pt; margin: 0 0 1mm; grid-column: 1 / -1; }
  .strip svg { max-height: 42mm; } figcaption { font-size: 7.9pt; margin-top: 1mm; }
  table { font-size: 7.8pt; } a { text-decoration: none; }
}
"""
