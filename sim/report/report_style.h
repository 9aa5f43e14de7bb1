#pragma once

namespace swimsim {

/// The style sheet of report.html.
inline constexpr const char* kReportStyle = R"css(
:root { color: #222; background: #fff; font: 16px/1.5 Helvetica, Arial, sans-serif; }
body { margin: 0 auto; max-width: 1180px; padding: 0 1rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.5rem 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .5rem; border-bottom: 2px solid #0072b2; padding-bottom: .2rem; }
p, ul, dl { max-width: 46rem; margin: .5rem 0; overflow-wrap: break-word; }
.small { color: #555; font-size: .9rem; overflow-wrap: anywhere; }
.answer { font-size: 1.12rem; background: #eef5fb; border-left: 5px solid #0072b2; padding: .6rem 1rem; margin: 1rem 0; max-width: 46rem; }
.warn { background: #fff4e0; border-left: 5px solid #b45f00; padding: .6rem 1rem; margin: 1rem 0; max-width: 46rem; }
.answer p:first-child, .warn p:first-child { margin-top: 0; }
.answer p:last-child, .warn p:last-child { margin-bottom: 0; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: .2rem 0; }
th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid #ddd; vertical-align: top; }
td { white-space: nowrap; }
thead th { background: #f2f2f2; vertical-align: bottom; }
th.w, td.w { text-align: left; }
tbody th { font-weight: normal; }
tr.g th, tr.g td { border-top: 2px solid #999; }
.figures th.w { min-width: 14rem; }
.figures th:last-child, .figures td:last-child { text-align: left; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 1.2rem; align-items: start; }
figure { margin: 0; border: 1px solid #ddd; padding: .4rem; max-width: 600px; break-inside: avoid; }
figure svg { width: 100%; height: auto; display: block; }
figcaption { font-size: .88rem; color: #444; padding: .2rem .5rem .4rem; }
pre { background: #f6f6f6; border: 1px solid #ddd; padding: .7rem; font-size: .85rem; overflow-x: auto; max-width: 100%; }
dt { font-weight: bold; margin-top: .6rem; }
dd { margin: 0 0 0 1rem; }
@media (max-width: 600px) {
  table { font-size: .82rem; }
  th, td { padding: .22rem .45rem; }
  .figures th.w { min-width: 9rem; }
  figure { padding: .1rem; }
}
@media print {
  :root { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding: .1rem .3rem; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
  pre { white-space: pre-wrap; overflow: visible; }
  .plots { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
}
)css";

}  // namespace swimsim
