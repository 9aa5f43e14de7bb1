#include "sim/report/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/svg_axis.h"
#include "sim/report/svg_canvas.h"

namespace swimsim {
namespace {

constexpr double kWidth = 510;
constexpr double kPlotHeight = 270;
constexpr double kMargin = 16;
constexpr double kTitleHeight = 36;
constexpr double kTitleSize = 17;
constexpr double kBelowAxis = 62;
constexpr double kCap = 4;
constexpr std::string_view kGrid = "#e2e2e2";
constexpr std::string_view kAxis = "#444444";
constexpr std::string_view kDash = "6 4";

struct Area {
  double left, right, top, bottom;
};

void draw_title(SvgCanvas& canvas, const std::string& title) {
  canvas.text(kMargin, 25, title, SvgCanvas::Anchor::start, kTitleSize, true);
}

/// Left edge of the plot area that leaves room for the y axis's texts.
double left_edge(const PlotAxis& axis, const std::vector<double>& values) {
  double widest = 0;
  const AxisScale scale(axis, values, 1, 0);
  for (const AxisScale::Tick& tick : scale.ticks()) widest = std::max(widest, text_width(tick.text));
  return kMargin + 22 + widest + 8;
}

void draw_y_axis(SvgCanvas& canvas, const Area& area, const AxisScale& y, const std::string& label) {
  for (const AxisScale::Tick& tick : y.ticks()) {
    const double at = y.pixel(tick.value);
    canvas.line(area.left, at, area.right, at, kGrid, 1);
    canvas.text(area.left - 8, at + 5, tick.text, SvgCanvas::Anchor::end);
  }
  canvas.line(area.left, area.top, area.left, area.bottom, kAxis, 1.2);
  canvas.vertical_text(kMargin + 10, (area.top + area.bottom) / 2, label);
}

void draw_axes(SvgCanvas& canvas, const Area& area, const AxisScale& x, const AxisScale& y, const std::string& x_label,
               const std::string& y_label) {
  draw_y_axis(canvas, area, y, y_label);
  for (const AxisScale::Tick& tick : x.ticks()) {
    const double at = x.pixel(tick.value);
    canvas.line(at, area.bottom, at, area.bottom + 5, kAxis, 1);
    canvas.text(at, area.bottom + 22, tick.text, SvgCanvas::Anchor::middle);
  }
  canvas.line(area.left, area.bottom, area.right, area.bottom, kAxis, 1.2);
  canvas.text((area.left + area.right) / 2, area.bottom + 47, x_label, SvgCanvas::Anchor::middle);
}

void draw_series(SvgCanvas& canvas, const PlotSeries& series, const AxisScale& x, const AxisScale& y) {
  const std::string_view colour = style_colour(series.style);
  std::vector<std::pair<double, double>> path;
  for (const PlotPoint& point : series.points) {
    if (!x.shows(point.x) || !y.shows(point.y)) continue;
    path.emplace_back(x.pixel(point.x), y.pixel(point.y));
    if (!y.shows(point.y_low) || !y.shows(point.y_high) || point.y_low == point.y_high) continue;
    const double at = x.pixel(point.x), low = y.pixel(point.y_low), high = y.pixel(point.y_high);
    canvas.line(at, low, at, high, colour, 1.4);
    canvas.line(at - kCap, low, at + kCap, low, colour, 1.4);
    canvas.line(at - kCap, high, at + kCap, high, colour, 1.4);
  }
  using Drawn = PlotSeries::Drawn;
  if (series.drawn != Drawn::small_markers) canvas.polyline(path, colour, 2, series.dashed ? kDash : "");
  if (series.drawn == Drawn::line) return;
  const double radius = series.drawn == Drawn::small_markers ? SvgCanvas::kSmallMarker : SvgCanvas::kMarker;
  for (const auto& [px, py] : path) canvas.marker(px, py, series.style, series.dashed, radius);
}

}  // namespace

std::string line_plot_svg(const LinePlot& plot) {
  std::vector<double> xs, ys;
  std::vector<LegendEntry> legend;
  for (const PlotSeries& series : plot.series) {
    if (!series.name.empty()) {
      legend.push_back({series.name, series.style, series.dashed, false, series.drawn != PlotSeries::Drawn::small_markers,
                        series.drawn != PlotSeries::Drawn::line});
    }
    for (const PlotPoint& point : series.points) {
      xs.push_back(point.x);
      ys.insert(ys.end(), {point.y, point.y_low, point.y_high});
    }
  }

  SvgCanvas canvas;
  draw_title(canvas, plot.title);
  const double below_legend = draw_legend(canvas, legend, kMargin, kWidth - kMargin, kTitleHeight);
  const double top = below_legend + 14;
  const Area area{left_edge(plot.y, ys), kWidth - kMargin - 12, top, top + kPlotHeight};
  const AxisScale x(plot.x, xs, area.left, area.right), y(plot.y, ys, area.bottom, area.top);
  draw_axes(canvas, area, x, y, plot.x.label, plot.y.label);
  for (auto series = plot.series.rbegin(); series != plot.series.rend(); ++series) draw_series(canvas, *series, x, y);
  return canvas.finish(plot.id, plot.title, plot.description, kWidth, area.bottom + kBelowAxis);
}

std::string waveform_svg(const WaveformPlot& plot) {
  constexpr double kBarsHeight = 110, kBetween = 16, kHalfBar = 0.3;
  PlotAxis bars = plot.bars;
  bars.from_zero = true;
  std::vector<double> xs, ys, volts;
  std::vector<LegendEntry> legend;
  using Drawn = PlotSeries::Drawn;
  for (const PlotSeries& series : plot.series) {
    if (!series.name.empty())
      legend.push_back(
          {series.name, series.style, series.dashed, false, series.drawn != Drawn::small_markers, series.drawn != Drawn::line});
    for (const PlotPoint& point : series.points) {
      xs.push_back(point.x);
      ys.push_back(point.y);
    }
  }
  for (const PlotPoint& pulse : plot.pulses) {
    xs.insert(xs.end(), {pulse.x - 1, pulse.x + 1});
    volts.push_back(pulse.y);
  }

  SvgCanvas canvas;
  draw_title(canvas, plot.title);
  const double top = draw_legend(canvas, legend, kMargin, kWidth - kMargin, kTitleHeight) + 14;
  const double left = std::max(left_edge(bars, volts), left_edge(plot.lines, ys)), right = kWidth - kMargin - 12;
  const Area above{left, right, top, top + kBarsHeight}, below{left, right, above.bottom + kBetween, above.bottom + kBetween + kPlotHeight};
  const AxisScale x(plot.x, xs, left, right), v(bars, volts, above.bottom, above.top), y(plot.lines, ys, below.bottom, below.top);
  draw_y_axis(canvas, above, v, bars.label);
  canvas.line(left, v.pixel(0), right, v.pixel(0), kAxis, 1.2);
  for (const PlotPoint& pulse : plot.pulses) {
    const double from = x.pixel(pulse.x - kHalfBar), to = x.pixel(pulse.x + kHalfBar), tip = v.pixel(pulse.y), base = v.pixel(0);
    canvas.rect(from, std::min(tip, base), to - from, std::fabs(tip - base), style_colour(pulse.y < 0 ? 1 : 0));
  }
  draw_axes(canvas, below, x, y, plot.x.label, plot.lines.label);
  for (auto series = plot.series.rbegin(); series != plot.series.rend(); ++series) draw_series(canvas, *series, x, y);
  return canvas.finish(plot.id, plot.title, plot.description, kWidth, below.bottom + kBelowAxis);
}

std::string histogram_svg(const HistogramPlot& plot) {
  PlotAxis places = plot.x, heights = plot.y;
  places.tight = true;
  heights.from_zero = true;
  const double count = static_cast<double>(plot.heights.size());
  const std::vector<double> span{plot.first - 0.5, plot.first + count - 0.5};

  SvgCanvas canvas;
  draw_title(canvas, plot.title);
  const double top = kTitleHeight + 14;
  const Area area{left_edge(heights, plot.heights), kWidth - kMargin - 12, top, top + kPlotHeight};
  const AxisScale x(places, span, area.left, area.right), y(heights, plot.heights, area.bottom, area.top);
  draw_axes(canvas, area, x, y, plot.x.label, plot.y.label);
  for (std::size_t k = 0; k < plot.heights.size(); ++k) {
    if (!(plot.heights[k] > 0)) continue;
    const double centre = plot.first + static_cast<double>(k);
    const double left = x.pixel(centre - 0.44), right = x.pixel(centre + 0.44), height = y.pixel(plot.heights[k]);
    const bool open = plot.open_end && k + 1 == plot.heights.size();
    canvas.rect(left, height, right - left, area.bottom - height, style_colour(open ? 1 : 0));
  }
  return canvas.finish(plot.id, plot.title, plot.description, kWidth, area.bottom + kBelowAxis);
}

std::string bar_plot_svg(const BarPlot& plot) {
  constexpr double kBar = 17, kGroupGap = 12, kPanelTitle = 30;
  constexpr std::size_t kLongestCategory = 22, kLongestValue = 10;

  double widest = 0;
  for (const std::string& category : plot.categories) widest = std::max(widest, text_width(shortened(category, kLongestCategory)));
  const double left = kMargin + widest + 10;
  const double right = kWidth - kMargin - text_width(std::string(kLongestValue, '0'));

  SvgCanvas canvas;
  draw_title(canvas, plot.title);
  std::vector<LegendEntry> legend;
  for (std::size_t s = 0; s < plot.series.size(); ++s) legend.push_back({plot.series[s], static_cast<int>(s), false, true});
  double y = draw_legend(canvas, legend, kMargin, kWidth - kMargin, kTitleHeight) + 8;

  for (const BarPlot::Panel& panel : plot.panels) {
    double largest = 0;
    for (const auto& values : panel.values) {
      for (double value : values) {
        if (std::isfinite(value)) largest = std::max(largest, value);
      }
    }
    canvas.text(kMargin, y + 18, panel.label, SvgCanvas::Anchor::start, SvgCanvas::kFontSize, true);
    y += kPanelTitle;
    const double panel_top = y;
    for (std::size_t c = 0; c < plot.categories.size(); ++c) {
      const double group = kBar * static_cast<double>(plot.series.size());
      canvas.text(left - 8, y + group / 2 + 5, shortened(plot.categories[c], kLongestCategory), SvgCanvas::Anchor::end);
      for (std::size_t s = 0; s < plot.series.size(); ++s, y += kBar) {
        const double value = panel.values[s][c];
        const double length = largest > 0 && std::isfinite(value) && value > 0 ? value / largest * (right - left) : 0;
        canvas.rect(left, y, length, kBar - 2, style_colour(static_cast<int>(s)));
        canvas.text(left + length + 6, y + kBar - 4, panel.texts[s][c], SvgCanvas::Anchor::start, 14);
      }
      y += kGroupGap;
    }
    canvas.line(left, panel_top - 2, left, y - kGroupGap, kAxis, 1.2);
  }
  return canvas.finish(plot.id, plot.title, plot.description, kWidth, y + 4);
}

}  // namespace swimsim
