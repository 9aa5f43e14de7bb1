#include "models/dataset/glyphs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/common/errors.h"
#include "models/common/random.h"
#include "models/dataset/glyph_shapes.h"
#include "models/dataset/loading.h"

namespace swimsim {

namespace {

using Canvas = std::array<float, kGlyphSide * kGlyphSide>;

// How far images differ from each other; chosen so that a linear classifier fails and SWIM's LeNet does not.
constexpr float kShapeJitter = 0.075f;  // of a control point, in units of half the digit's height
constexpr float kMaxRotation = 0.24f;   // radians
constexpr float kMaxSlant = 0.35f;
constexpr float kMaxShift = 2.6f;         // pixels
constexpr float kPixelNoise = 0.10f;      // of full white
constexpr double kDistractorShare = 0.5;  // of the images

// The random numbers of one image, one after the other.
class Draws {
 public:
  Draws(std::uint64_t seed, GlyphHalf half, std::uint32_t index) {
    id_.seed = seed;
    id_.purpose = Purpose::image_drawing;
    id_.layer = static_cast<std::uint32_t>(half);
    id_.weight = index;
  }
  std::uint32_t word() {
    if (used_ == 4) {
      block_ = random_block(id_);
      ++id_.event;
      used_ = 0;
    }
    return block_.word[used_++];
  }
  float uniform(float low, float high) { return low + (high - low) * static_cast<float>(word() >> 8) * 0x1p-24f; }
  int below(int bound) { return static_cast<int>((std::uint64_t{word()} * static_cast<std::uint64_t>(bound)) >> 32); }
  /// Nearly normal, standard deviation 1, within +-3.46: the sum of the word's four bytes.
  float bell() {
    const std::uint32_t w = word();
    const int sum = static_cast<int>((w & 255) + (w >> 8 & 255) + (w >> 16 & 255) + (w >> 24));
    return (static_cast<float>(sum) - 510.0f) * (1.0f / 147.8f);
  }

 private:
  DrawId id_;
  Block block_{};
  int used_ = 4;
};

// From a digit's own coordinates to pixels.
struct Pose {
  float xx, xy, yx, yy, x0, y0;
  StrokePoint apply(StrokePoint p) const { return {xx * p.x + xy * p.y + x0, yx * p.x + yy * p.y + y0}; }
};

Pose draw_pose(Draws& draws) {
  const float angle = draws.uniform(-kMaxRotation, kMaxRotation), slant = draws.uniform(-kMaxSlant, kMaxSlant);
  const float width = draws.uniform(6.5f, 11.5f), height = draws.uniform(7.0f, 10.0f);
  const float c = std::cos(angle), s = std::sin(angle);
  const float centre = (kGlyphSide - 1) / 2.0f;
  Pose pose;
  pose.xx = c * width;
  pose.yx = s * width;
  pose.xy = (-slant * c - s) * height;
  pose.yy = (-slant * s + c) * height;
  pose.x0 = centre + draws.uniform(-kMaxShift, kMaxShift);
  pose.y0 = centre + draws.uniform(-kMaxShift, kMaxShift);
  return pose;
}

// Paints the pixels near a line; brightness falls from 1 to 0 over one pixel at the edge. Overlaps keep the brighter.
void paint_segment(Canvas& canvas, StrokePoint a, StrokePoint b, float radius, float ink) {
  const float reach = radius + 0.5f;
  const int x_begin = std::max(0, static_cast<int>(std::ceil(std::min(a.x, b.x) - reach)));
  const int x_end = std::min(kGlyphSide - 1, static_cast<int>(std::floor(std::max(a.x, b.x) + reach)));
  const int y_begin = std::max(0, static_cast<int>(std::ceil(std::min(a.y, b.y) - reach)));
  const int y_end = std::min(kGlyphSide - 1, static_cast<int>(std::floor(std::max(a.y, b.y) + reach)));
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float per_length = 1.0f / std::max(dx * dx + dy * dy, 1e-6f);
  for (int y = y_begin; y <= y_end; ++y) {
    for (int x = x_begin; x <= x_end; ++x) {
      const float px = static_cast<float>(x) - a.x, py = static_cast<float>(y) - a.y;
      const float along = std::clamp((px * dx + py * dy) * per_length, 0.0f, 1.0f);
      const float ex = px - along * dx, ey = py - along * dy;
      const float brightness = ink * std::clamp(reach - std::sqrt(ex * ex + ey * ey), 0.0f, 1.0f);
      float& pixel = canvas[static_cast<std::size_t>(y) * kGlyphSide + static_cast<std::size_t>(x)];
      pixel = std::max(pixel, brightness);
    }
  }
}

// The Catmull-Rom curve from b to c with neighbours a and d.
StrokePoint curve_point(StrokePoint a, StrokePoint b, StrokePoint c, StrokePoint d, float t) {
  const auto along = [t](float p, float q, float r, float s) {
    return 0.5f * (2 * q + t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p))));
  };
  return {along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y)};
}

void paint_stroke(Canvas& canvas, const std::vector<StrokePoint>& points, bool smooth, float radius, float ink) {
  constexpr int kPieces = 5;
  const std::size_t last = points.size() - 1;
  for (std::size_t i = 0; i < last; ++i) {
    if (!smooth) {
      paint_segment(canvas, points[i], points[i + 1], radius, ink);
      continue;
    }
    const StrokePoint before = points[i == 0 ? 0 : i - 1], after = points[std::min(i + 2, last)];
    StrokePoint from = points[i];
    for (int piece = 1; piece <= kPieces; ++piece) {
      const StrokePoint to = curve_point(before, points[i], points[i + 1], after, static_cast<float>(piece) / kPieces);
      paint_segment(canvas, from, to, radius, ink);
      from = to;
    }
  }
}

void paint_digit(Canvas& canvas, int digit, Draws& draws) {
  const std::vector<GlyphShape>& shapes = glyph_shapes(digit);
  const GlyphShape& shape = shapes[static_cast<std::size_t>(draws.below(static_cast<int>(shapes.size())))];
  const Pose pose = draw_pose(draws);
  const float radius = draws.uniform(0.6f, 1.7f), ink = draws.uniform(0.7f, 1.0f);
  std::vector<StrokePoint> points;
  StrokePoint last_end{0, 0}, last_end_placed{0, 0};
  for (const Stroke& stroke : shape) {
    points.clear();
    for (const StrokePoint& point : stroke.points) {
      const bool joined = points.empty() && point.x == last_end.x && point.y == last_end.y;
      const StrokePoint moved{point.x + kShapeJitter * draws.bell(), point.y + kShapeJitter * draws.bell()};
      points.push_back(joined ? last_end_placed : pose.apply(moved));
    }
    last_end = stroke.points.back();
    last_end_placed = points.back();
    paint_stroke(canvas, points, stroke.smooth, radius, ink);
  }
}

void paint_distractor(Canvas& canvas, Draws& draws) {
  if (draws.uniform(0, 1) >= static_cast<float>(kDistractorShare)) return;
  const StrokePoint from{draws.uniform(0, kGlyphSide - 1), draws.uniform(0, kGlyphSide - 1)};
  const float angle = draws.uniform(0, 6.2831853f), length = draws.uniform(3, 8);
  const StrokePoint to{from.x + length * std::cos(angle), from.y + length * std::sin(angle)};
  const float radius = draws.uniform(0.4f, 0.9f), ink = draws.uniform(0.3f, 0.7f);
  paint_segment(canvas, from, to, radius, ink);
}

}  // namespace

std::uint8_t draw_glyph(std::uint64_t seed, GlyphHalf half, std::uint32_t index, std::uint8_t* pixels) {
  Draws draws(seed, half, index);
  const int digit = draws.below(10);
  Canvas canvas{};
  paint_distractor(canvas, draws);
  paint_digit(canvas, digit, draws);
  for (std::size_t i = 0; i < canvas.size(); ++i) {
    const float brightness = std::clamp(canvas[i] + kPixelNoise * draws.bell(), 0.0f, 1.0f);
    pixels[i] = static_cast<std::uint8_t>(brightness * 255.0f + 0.5f);
  }
  return static_cast<std::uint8_t>(digit);
}

ImageSet draw_glyphs(std::uint64_t seed, GlyphHalf half, int count) {
  ImageSet set;
  set.height = set.width = kGlyphSide;
  set.labels.resize(static_cast<std::size_t>(count));
  set.pixels.resize(set.labels.size() * set.image_size());
  for (std::size_t i = 0; i < set.labels.size(); ++i) {
    set.labels[i] = draw_glyph(seed, half, static_cast<std::uint32_t>(i), set.pixels.data() + i * set.image_size());
  }
  return set;
}

DataSet load_glyphs(const DatasetRequest& request) {
  const auto count = [](int wanted, int usual) {
    if (wanted > kMaxGlyphImages)
      throw InputError(fmt::format("{} images of 'glyphs' are wanted, at most {} can be drawn", wanted, kMaxGlyphImages));
    return wanted == 0 ? usual : wanted;
  };
  DataSet data;
  data.synthetic = true;
  data.train = draw_glyphs(request.seed, GlyphHalf::train, count(request.train_images, kGlyphTrainImages));
  data.test = draw_glyphs(request.seed, GlyphHalf::test, count(request.test_images, kGlyphTestImages));
  return data;
}

}  // namespace swimsim
