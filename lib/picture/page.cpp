#include "base/text.hpp"
#include "picture/writers.hpp"

namespace lookahead::picture {
namespace {

std::string variables(bool dark) {
  std::string out = dark ? "--ink:#e6e6e6;--ground:#16181d;--faint:#3a3f47;--soft:#22262d;"
                         : "--ink:#1a1a1a;--ground:#fff;--faint:#d9d9d9;--soft:#f4f4f4;";
  for (Index i = -1; i < hues; ++i) {
    out += i < 0 ? "--cn:#" : "--c" + to_text(i) + ":#";
    append_hex(out, line_color(i, dark), 6);
    out += ";";
  }
  return "{" + out + "}";
}

std::string classes() {
  std::string out;
  for (Index i = -1; i < hues; ++i) {
    const std::string name = i < 0 ? "cn" : "c" + to_text(i);
    out.append(".").append(name).append("{--c:var(--").append(name).append(")}");
  }
  return out;
}

}  // namespace

const char* const page_style = R"(
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:70rem;background:var(--ground);color:var(--ink);
 font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
figure{margin:1.5rem 0}
h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1.05rem;margin:.5rem 0}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1rem}
.panel{max-width:52rem}
svg.plot{width:100%;height:auto;display:block;touch-action:pan-y}
svg text{fill:var(--ink);font:13px system-ui,sans-serif}svg .title{font-weight:600}
.grid{stroke:var(--faint);stroke-width:.7}.axis{stroke:var(--ink);stroke-width:1}
.line,.thin{fill:none;stroke:var(--c);stroke-width:2;stroke-linejoin:round}.thin{stroke-width:.9}
.band{fill:var(--c);opacity:.18;stroke:none}.mark{fill:var(--c);stroke:none}
.beyond{fill:none;stroke:var(--faint)}
.legend{display:flex;flex-wrap:wrap;gap:.25rem}
.legend button{font:inherit;font-size:.85rem;color:inherit;background:none;border:1px solid transparent;
 border-radius:.3rem;padding:.15rem .4rem;cursor:pointer;text-align:left}
.legend button:hover{border-color:var(--faint)}.legend button svg{margin-right:.35rem;vertical-align:middle}
.legend button[aria-pressed=false]{opacity:.4;text-decoration:line-through}
output{display:block;min-height:1.3em;font-size:.85rem;font-variant-numeric:tabular-nums}
figcaption{font-size:.85rem}.note{margin:.3rem 0}
[hidden]{display:none}
@media print{body{max-width:none;padding:0}figure{break-inside:avoid}output{display:none}}
)";

const char* const page_script = R"(
'use strict';
for (const button of document.querySelectorAll('.legend button')) {
  button.addEventListener('click', () => {
    const on = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(on));
    for (const part of document.querySelectorAll('[data-s="' + button.dataset.for + '"]'))
      part.style.display = on ? '' : 'none';
  });
}
for (const svg of document.querySelectorAll('svg.plot[data-box]')) {
  const out = svg.parentElement.querySelector('output');
  const [left, top, right, bottom] = svg.dataset.box.split(' ').map(Number);
  const value = (axis, share) => {
    const a = Number(svg.dataset[axis + 'a']), b = Number(svg.dataset[axis + 'b']);
    const v = svg.dataset[axis + 'log'] === '1'
      ? Math.pow(10, Math.log10(a) + share * (Math.log10(b) - Math.log10(a))) : a + share * (b - a);
    return Number(v.toPrecision(5)).toString();
  };
  const show = (event) => {
    const matrix = svg.getScreenCTM();
    if (!matrix) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    const x = (at.x - left) / (right - left), y = (bottom - at.y) / (bottom - top);
    const inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
    out.textContent = inside ? 'x = ' + value('x', x) + ', y = ' + value('y', y) : '';
  };
  svg.addEventListener('pointermove', show);
  svg.addEventListener('pointerdown', show);
  svg.addEventListener('pointerleave', () => { out.textContent = ''; });
}
)";

std::string html_page(const std::string& title, const std::string& body, const std::string& more_style,
                      const std::string& more_script) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
         "script-src 'unsafe-inline'; img-src data:\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n<title>" +
         html_text(title) + "</title>\n<style>\n:root" + variables(false) +
         "\n@media screen and (prefers-color-scheme: dark){:root" + variables(true) + "}\n" + classes() +
         page_style + more_style + "</style>\n</head>\n<body>\n" + body + "<script>" + page_script +
         more_script + "</script>\n</body>\n</html>\n";
}

}  // namespace lookahead::picture
