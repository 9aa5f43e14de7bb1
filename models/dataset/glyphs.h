#pragma once

#include <cstdint>

#include "models/dataset/image_set.h"

namespace swimsim {

constexpr int kGlyphSide = 28;
constexpr int kGlyphTrainImages = 20000;
constexpr int kGlyphTestImages = 4000;
constexpr int kMaxGlyphImages = 1000000;

enum class GlyphHalf { train = 0, test = 1 };

/// Digits drawn by a procedure, 28x28 grey: pen strokes of varying shape, slant, thickness, scale, rotation and place, pixel noise and
/// sometimes a distracting stroke. Image i of (seed, half) is a function of these three and nothing else. SYNTHETIC: nobody wrote them.
ImageSet draw_glyphs(std::uint64_t seed, GlyphHalf half, int count);

/// One image into 28 * 28 pixels; returns its label.
std::uint8_t draw_glyph(std::uint64_t seed, GlyphHalf half, std::uint32_t index, std::uint8_t* pixels);

}  // namespace swimsim
