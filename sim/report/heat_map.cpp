#include "sim/report/heat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "sim/report/svg_axis.h"
#include "sim/report/svg_canvas.h"

namespace swimsim {
namespace {

using Anchor = SvgCanvas::Anchor;

constexpr double kLeft = 78, kTop = 84, kMapSide = 640, kLargestCell = 24, kGap = 16, kRowBars = 90, kScaleWidth = 18, kScaleHeight = 260;
constexpr double kSmall = 13, kHatch = 9, kLegendRow = 24;
constexpr std::int64_t kScaleSteps = 64;
constexpr const char *kGivenUp = "#D55E00", *kUnverified = "#9E9E9E", *kHatchColour = "#CCCCCC", *kFrame = "#555555", *kBar = "#225EA8";

struct Colour {
  double red, green, blue;
};

/// Light to dark, told apart by the colour-blind: ColorBrewer's YlGnBu.
constexpr std::array<Colour, 9> kScale = {{{255, 255, 217},
                                           {237, 248, 177},
                                           {199, 233, 180},
                                           {127, 205, 187},
                                           {65, 182, 196},
                                           {29, 145, 192},
                                           {34, 94, 168},
                                           {37, 52, 148},
                                           {8, 29, 88}}};

/// Of a share from 0 to 1.
std::string scale_colour(double share) {
  const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(kScale.size() - 1);
  const auto low = std::min(static_cast<std::size_t>(at), kScale.size() - 2);
  const double part = at - static_cast<double>(low);
  const auto mix = [part](double a, double b) { return static_cast<int>(std::lround(a + (b - a) * part)); };
  const Colour &a = kScale[low], &b = kScale[low + 1];
  return fmt::format("#{:02X}{:02X}{:02X}", mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue));
}

/// The picture's numbers: sizes in pixels, counts of cells.
class HeatMapDrawing {
 public:
  explicit HeatMapDrawing(const HeatMap& map) : map_(map), cells_(map.cells) {
    size_ = std::clamp(std::floor(kMapSide / static_cast<double>(std::max<std::int64_t>({map.rows, map.cols, 1}))), 1.0, kLargestCell);
    width_ = size_ * static_cast<double>(map.cols);
    height_ = size_ * static_cast<double>(map.rows);
    count_cells();
  }

  std::string svg() {
    draw_title();
    draw_frame();
    draw_cells();
    draw_row_bars();
    const double end = std::max(draw_scale(), kTop + height_ + 56);
    return canvas_.finish(map_.id, map_.title, description(), scale_left() + 250, end);
  }

 private:
  void count_cells() {
    std::vector<std::uint32_t> pulses;
    for (std::size_t i = 0; i < cells_.pulses.size(); ++i) {
      given_up_ += cells_.failed[i] != 0 ? 1 : 0;
      unverified_ += cells_.verified[i] != 0 ? 0 : 1;
      most_ = std::max(most_, cells_.pulses[i]);
      if (cells_.verified[i] != 0 && cells_.failed[i] == 0) pulses.push_back(cells_.pulses[i]);
    }
    if (pulses.empty()) return;
    const auto last = pulses.begin() + static_cast<std::ptrdiff_t>((pulses.size() - 1) * 99 / 100);
    std::nth_element(pulses.begin(), last, pulses.end());
    top_ = std::max(*last, std::uint32_t{1});
  }

  double x(std::int64_t col) const { return kLeft + size_ * static_cast<double>(col); }
  double y(std::int64_t row) const { return kTop + size_ * static_cast<double>(row); }
  double bars_left() const { return kLeft + width_ + kGap; }
  double scale_left() const { return bars_left() + kRowBars + 2 * kGap; }

  std::int64_t unused() const { return map_.rows * map_.cols - cells_.rows * cells_.cols; }

  std::string counts_text() const {
    return fmt::format("{} x {} of {} x {} cells used, at most {} pulses a cell", cells_.rows, cells_.cols, map_.rows, map_.cols, most_);
  }

  std::string description() const {
    return fmt::format(
        "{}. Write pulses of the verify phase of every cell, rows downwards, columns to the right; {} cells given up, {} not "
        "verified.",
        counts_text(), given_up_, unverified_);
  }

  void draw_title() {
    canvas_.text(kLeft, 28, map_.title, Anchor::start, 18, true);
    canvas_.text(kLeft, 50, counts_text(), Anchor::start, kSmall);
  }

  /// Every so many a label, so that labels keep this distance.
  std::int64_t label_step(double distance) const {
    std::int64_t step = 1;
    while (size_ * static_cast<double>(step) < distance) step *= 2;
    return step;
  }

  void draw_frame() {
    if (unused() > 0) hatch(kLeft, kTop, width_, height_);
    for (std::int64_t col = 0, step = label_step(34); col < map_.cols; col += step)
      canvas_.text(x(col) + size_ / 2, kTop - 7, fmt::format("{}", col), Anchor::middle, kSmall);
    for (std::int64_t row = 0, step = label_step(26); row < map_.rows; row += step)
      canvas_.text(kLeft - 8, y(row) + size_ / 2 + 4.5, fmt::format("{}", row), Anchor::end, kSmall);
    canvas_.text(kLeft + width_ / 2, kTop + height_ + 26, "column (bit line)", Anchor::middle);
    canvas_.vertical_text(kLeft - 52, kTop + height_ / 2, "row (word line)");
  }

  /// Diagonals over a rectangle, and its edge.
  void hatch(double left, double top, double width, double height) {
    for (double at = kHatch; at < width + height; at += kHatch) {
      const double x1 = std::min(at, width), y1 = std::max(0.0, at - width), x2 = std::max(0.0, at - height), y2 = std::min(at, height);
      canvas_.line(left + x1, top + y1, left + x2, top + y2, kHatchColour, 1);
    }
    canvas_.polyline({{left, top}, {left + width, top}, {left + width, top + height}, {left, top + height}, {left, top}}, kFrame, 1);
  }

  void draw_cells() {
    canvas_.begin_group(map_.id + "-cells");
    for (std::int64_t row = 0; row < cells_.rows; ++row) {
      for (std::int64_t col = 0; col < cells_.cols; ++col) {
        const auto i = static_cast<std::size_t>(row * cells_.cols + col);
        const std::string colour = cells_.failed[i] != 0     ? kGivenUp
                                   : cells_.verified[i] == 0 ? kUnverified
                                                             : scale_colour(static_cast<double>(cells_.pulses[i]) / top_);
        canvas_.rect(x(col), y(row), size_, size_, colour);
      }
    }
    canvas_.end_group();
    const double right = kLeft + size_ * static_cast<double>(cells_.cols), bottom = kTop + size_ * static_cast<double>(cells_.rows);
    canvas_.polyline({{kLeft, kTop}, {right, kTop}, {right, bottom}, {kLeft, bottom}, {kLeft, kTop}}, kFrame, 1);
  }

  /// How long each row takes: pulses of its slowest cell.
  void draw_row_bars() {
    canvas_.begin_group(map_.id + "-rows");
    for (std::int64_t row = 0; row < cells_.rows; ++row) {
      const auto first = cells_.pulses.begin() + static_cast<std::ptrdiff_t>(row * cells_.cols);
      const std::uint32_t slowest = cells_.cols > 0 ? *std::max_element(first, first + static_cast<std::ptrdiff_t>(cells_.cols)) : 0;
      const double length = most_ > 0 ? kRowBars * static_cast<double>(slowest) / most_ : 0;
      canvas_.rect(bars_left(), y(row) + 0.1 * size_, length, 0.8 * size_, kBar);
    }
    canvas_.end_group();
    canvas_.line(bars_left(), kTop, bars_left(), kTop + height_, kFrame, 1);
    canvas_.text(bars_left(), kTop - 7, "0", Anchor::start, kSmall);
    canvas_.text(bars_left() + kRowBars, kTop - 7, fmt::format("{}", most_), Anchor::end, kSmall);
    canvas_.text(bars_left() + kRowBars / 2, kTop - 23, "slowest cell of row", Anchor::middle, kSmall);
  }

  /// Returns where it ends.
  double draw_scale() {
    const double left = scale_left(), step = kScaleHeight / static_cast<double>(kScaleSteps), bottom = kTop + kScaleHeight;
    canvas_.text(left, kTop - 23, "pulses of the cell", Anchor::start, kSmall);
    canvas_.begin_group(map_.id + "-scale");
    for (std::int64_t i = 0; i < kScaleSteps; ++i) {
      canvas_.rect(left, bottom - step * static_cast<double>(i + 1), kScaleWidth, step,
                   scale_colour(static_cast<double>(i) / static_cast<double>(kScaleSteps - 1)));
    }
    canvas_.end_group();
    PlotAxis axis;
    axis.from_zero = axis.tight = true;
    const AxisScale scale(axis, {0, static_cast<double>(top_)}, bottom, kTop);
    for (const AxisScale::Tick& tick : scale.ticks()) {
      const double at = scale.pixel(tick.value);
      if (tick.value != std::round(tick.value) || (most_ > top_ && at < kTop + kSmall)) continue;  // that is where the end is said
      canvas_.line(left + kScaleWidth, at, left + kScaleWidth + 5, at, kFrame, 1);
      canvas_.text(left + kScaleWidth + 9, at + 4.5, tick.text, Anchor::start, kSmall);
    }
    double y = bottom + 14;
    if (most_ > top_) canvas_.text(left + kScaleWidth + 9, kTop + 4.5, fmt::format("{} and more", top_), Anchor::start, kSmall);
    y = draw_look(left, y, given_up_, "given up", [&](double at) { canvas_.rect(left, at, kScaleWidth, 14, kGivenUp); });
    y = draw_look(left, y, unverified_, "not verified", [&](double at) { canvas_.rect(left, at, kScaleWidth, 14, kUnverified); });
    return draw_look(left, y, unused(), "not used", [&](double at) { hatch(left, at, kScaleWidth, 14); });
  }

  template <typename Draw>
  double draw_look(double left, double y, std::int64_t cells, const char* name, const Draw& draw) {
    if (cells == 0) return y;
    draw(y);
    canvas_.text(left + kScaleWidth + 9, y + 12, fmt::format("{} ({})", name, cells), Anchor::start, kSmall);
    return y + kLegendRow;
  }

  const HeatMap& map_;
  const TileCellsRecord& cells_;
  SvgCanvas canvas_;
  double size_ = 1, width_ = 0, height_ = 0;
  std::int64_t given_up_ = 0, unverified_ = 0;
  std::uint32_t most_ = 0, top_ = 1;
};

}  // namespace

std::string heat_map_svg(const HeatMap& map) { return HeatMapDrawing(map).svg(); }

}  // namespace swimsim
