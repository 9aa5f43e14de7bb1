#include "sim/report/svg_canvas.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "sim/report/markup.h"

namespace swimsim {
namespace {

constexpr double kLegendRow = 22;
constexpr double kLegendSample = 30;
constexpr double kLegendGap = 18;

/// Never "-0.00".
std::string number(double value) {
  const std::string text = fmt::format("{:.2f}", value);
  return text == "-0.00" ? "0.00" : text;
}

std::string dash_attribute(std::string_view dash) { return dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash); }

std::string polygon(double x, double y, const std::vector<std::pair<double, double>>& corners, const std::string& paint) {
  std::string points;
  for (const auto& [dx, dy] : corners) points += fmt::format("{}{},{}", points.empty() ? "" : " ", number(x + dx), number(y + dy));
  return fmt::format("<polygon points=\"{}\"{}/>\n", points, paint);
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (static_cast<std::uint8_t>(c) & 0xC0) != 0x80;
  return count;
}

}  // namespace

std::string_view style_colour(int style) {
  static constexpr std::string_view kColours[kStyles] = {"#0072B2", "#D55E00", "#007A5A", "#AA4C88", "#8A6500", "#2E86C1", "#222222"};
  return kColours[static_cast<std::size_t>(style % kStyles)];
}

double text_width(std::string_view words, double size) { return 0.56 * size * static_cast<double>(characters(words)); }

std::string shortened(const std::string& words, std::size_t limit) {
  if (characters(words) <= limit) return words;
  std::vector<std::string> letters;
  for (char c : words) {
    if ((static_cast<std::uint8_t>(c) & 0xC0) != 0x80 || letters.empty()) letters.emplace_back();
    letters.back() += c;
  }
  const std::size_t head = limit / 2, tail = limit - head - 1;
  std::string cut;
  for (std::size_t i = 0; i < head; ++i) cut += letters[i];
  cut += "\u2026";
  for (std::size_t i = letters.size() - tail; i < letters.size(); ++i) cut += letters[i];
  return cut;
}

void SvgCanvas::line(double x1, double y1, double x2, double y2, std::string_view colour, double width, std::string_view dash) {
  body_ += fmt::format("<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\"{}/>\n", number(x1), number(y1),
                       number(x2), number(y2), colour, width, dash_attribute(dash));
}

void SvgCanvas::rect(double x, double y, double width, double height, std::string_view fill) {
  body_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", number(x), number(y), number(width),
                       number(height), fill);
}

void SvgCanvas::polyline(const std::vector<std::pair<double, double>>& points, std::string_view colour, double width,
                         std::string_view dash) {
  if (points.size() < 2) return;
  std::string list;
  for (const auto& [x, y] : points) list += fmt::format("{}{},{}", list.empty() ? "" : " ", number(x), number(y));
  body_ += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" stroke-linejoin=\"round\"{}/>\n", list,
                       colour, width, dash_attribute(dash));
}

void SvgCanvas::marker(double x, double y, int style, bool hollow, double radius) {
  const double r = radius;
  const std::string paint = hollow ? fmt::format(" fill=\"#ffffff\" stroke=\"{}\" stroke-width=\"1.8\"", style_colour(style))
                                   : fmt::format(" fill=\"{}\" stroke=\"#ffffff\" stroke-width=\"0.8\"", style_colour(style));
  switch ((style + style / kStyles) % kStyles) {
    case 0:
      body_ += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>\n", number(x), number(y), r, paint);
      break;
    case 1:
      body_ += polygon(x, y, {{-r, -r}, {r, -r}, {r, r}, {-r, r}}, paint);
      break;
    case 2:
      body_ += polygon(x, y, {{0, -1.2 * r}, {1.15 * r, 0.9 * r}, {-1.15 * r, 0.9 * r}}, paint);
      break;
    case 3:
      body_ += polygon(x, y, {{0, -1.35 * r}, {1.35 * r, 0}, {0, 1.35 * r}, {-1.35 * r, 0}}, paint);
      break;
    case 4:
      body_ += polygon(x, y, {{0, 1.2 * r}, {1.15 * r, -0.9 * r}, {-1.15 * r, -0.9 * r}}, paint);
      break;
    case 5:
      body_ += polygon(x, y, {{-r, 0}, {-0.5 * r, -r}, {0.5 * r, -r}, {r, 0}, {0.5 * r, r}, {-0.5 * r, r}}, paint);
      break;
    default:
      body_ += polygon(x, y, {{-r, -0.4 * r}, {r, -0.4 * r}, {r, 0.4 * r}, {-r, 0.4 * r}}, paint);
  }
}

void SvgCanvas::text(double x, double y, std::string_view words, Anchor anchor, double size, bool bold) {
  static constexpr std::string_view kAnchors[] = {"start", "middle", "end"};
  body_ += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\" font-size=\"{}\"{}>{}</text>\n", number(x), number(y),
                       kAnchors[static_cast<int>(anchor)], size, bold ? " font-weight=\"bold\"" : "", escape_markup(words));
}

void SvgCanvas::vertical_text(double x, double y, std::string_view words) {
  body_ += fmt::format("<text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\" font-size=\"{}\">{}</text>\n", number(x),
                       number(y), kFontSize, escape_markup(words));
}

void SvgCanvas::begin_group(const std::string& id) {
  body_ += fmt::format("<g id=\"{}\" shape-rendering=\"crispEdges\">\n", escape_markup(id));
}

std::string SvgCanvas::finish(const std::string& id, std::string_view title, std::string_view description, double width,
                              double height) const {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\" "
      "aria-labelledby=\"{2}-title {2}-desc\" font-family=\"Helvetica, Arial, sans-serif\" fill=\"#222222\">\n"
      "<title id=\"{2}-title\">{3}</title>\n<desc id=\"{2}-desc\">{4}</desc>\n"
      "<rect x=\"0\" y=\"0\" width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>\n{5}</svg>\n",
      number(width), number(height), escape_markup(id), escape_markup(title), escape_markup(description), body_);
}

double draw_legend(SvgCanvas& canvas, const std::vector<LegendEntry>& entries, double left, double right, double top) {
  double x = left, y = top;
  for (const LegendEntry& entry : entries) {
    const std::string name = shortened(entry.name, 40);
    const double width = kLegendSample + 6 + text_width(name);
    if (x > left && x + width > right) {
      x = left;
      y += kLegendRow;
    }
    const double middle = y + kLegendRow / 2;
    if (entry.box) {
      canvas.rect(x, middle - 6, kLegendSample, 12, style_colour(entry.style));
    } else {
      if (entry.line) canvas.line(x, middle, x + kLegendSample, middle, style_colour(entry.style), 2, entry.dashed ? "6 4" : "");
      if (entry.marker) canvas.marker(x + kLegendSample / 2, middle, entry.style, entry.dashed);
    }
    canvas.text(x + kLegendSample + 6, middle + 5, name);
    x += width + kLegendGap;
  }
  return entries.empty() ? top : y + kLegendRow;
}

}  // namespace swimsim
