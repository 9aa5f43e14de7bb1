#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace swimsim {

/// Collects the elements of one SVG picture; coordinates have two decimals.
class SvgCanvas {
 public:
  static constexpr double kFontSize = 15;
  static constexpr double kMarker = 5, kSmallMarker = 2.5;  ///< radius

  void line(double x1, double y1, double x2, double y2, std::string_view colour, double width, std::string_view dash = "");
  void rect(double x, double y, double width, double height, std::string_view fill);
  void polyline(const std::vector<std::pair<double, double>>& points, std::string_view colour, double width, std::string_view dash = "");
  /// The marker of a style, filled or hollow.
  void marker(double x, double y, int style, bool hollow, double radius = kMarker);
  enum class Anchor { start, middle, end };
  void text(double x, double y, std::string_view words, Anchor anchor = Anchor::start, double size = kFontSize, bool bold = false);
  void vertical_text(double x, double y, std::string_view words);

  /// What is drawn until end_group is one group with this id, without smoothed edges.
  void begin_group(const std::string& id);
  void end_group() { body_ += "</g>\n"; }

  /// The whole picture, white behind; `id` prefixes its ids.
  std::string finish(const std::string& id, std::string_view title, std::string_view description, double width, double height) const;

 private:
  std::string body_;
};

/// So many colours there are, and as many markers. A style beyond them has a colour again, with the next marker.
inline constexpr int kStyles = 7;

/// Colour of a style, one of kStyles that the colour-blind tell apart.
std::string_view style_colour(int style);

/// A guess of how wide a text is drawn.
double text_width(std::string_view words, double size = SvgCanvas::kFontSize);

/// A text cut in its middle to at most `characters`.
std::string shortened(const std::string& words, std::size_t characters);

struct LegendEntry {
  std::string name;
  int style = 0;
  bool dashed = false;
  bool box = false;  ///< a filled box stands for a bar
  bool line = true, marker = true;
};

/// Draws the entries in rows from (left, top) to the right edge; returns the y below the last row.
double draw_legend(SvgCanvas& canvas, const std::vector<LegendEntry>& entries, double left, double right, double top);

}  // namespace swimsim
