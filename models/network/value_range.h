#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace swimsim {

/// How the range [-c, c] that a symmetric quantiser covers follows from the values; what lies beyond is clipped to its ends.
enum class RangeMethod {
  maximum,        ///< c = max|v|: nothing is clipped
  percentile,     ///< c = the smallest |v| that `percentile` percent of the magnitudes do not exceed (nearest rank)
  least_squares,  ///< c that minimises the sum of (v - quantised v)^2 over a fixed sequence of ranges (`search_range`)
};
struct RangeRule {
  RangeMethod method = RangeMethod::maximum;
  double percentile = 99.9;  ///< of RangeMethod::percentile, above 0 and at most 100
};

/// "maximum", "percentile" or "least_squares"; InputError on another word.
RangeMethod parse_range_method(const std::string& word);

/// max |values|.
float largest_magnitude(const float* values, std::int64_t count);

/// The range of `values` by `rule` for levels -code_max .. code_max. The values are looked at exactly. A percentile that falls on 0 (mostly
/// zeros) gives the maximum. Throws InputError if the percentile is outside (0, 100].
float range_of(const float* values, std::int64_t count, const RangeRule& rule, float code_max);

/// The search of RangeMethod::least_squares: `largest` times 2^(-k/8), k = 0..80, then 8 steps on either side of the best, evenly up to its
/// neighbours; the first of equals, larger ranges first, so no range is worse than the maximum. `error` gives the sum of squared errors.
template <typename Error>
float search_range(float largest, Error error) {
  constexpr int kCoarse = 80, kFine = 8;
  constexpr double kStep = 0.91700404320467123;  // 2^(-1/8)
  double best = static_cast<double>(largest), least = error(static_cast<float>(best));
  const auto consider = [&](double range) {
    const double sum = error(static_cast<float>(range));
    if (!(sum < least)) return;
    least = sum;
    best = range;
  };
  double range = static_cast<double>(largest);
  for (int k = 1; k <= kCoarse; ++k) consider(range *= kStep);
  const double centre = best, above = centre / kStep < largest ? centre / kStep : largest, below = centre * kStep;
  for (int i = kFine - 1; i > 0; --i) consider(centre + (above - centre) * i / kFine);
  for (int i = 1; i < kFine; ++i) consider(centre + (below - centre) * i / kFine);
  return static_cast<float>(best);
}

/// Sum of (v - quantised v)^2 for levels -code_max .. code_max times range / code_max; deterministic, in fixed lanes.
double squared_error(const float* values, std::int64_t count, float range, float code_max);

/// The magnitudes of a stream of values in bins of one width over [0, largest]: memory does not grow with the values.
class MagnitudeHistogram {
 public:
  static constexpr int kBins = 4096;
  explicit MagnitudeHistogram(float largest);

  /// Values beyond `largest` count in the last bin.
  void add(const float* values, std::int64_t count);
  std::int64_t count() const;

  /// As `range_of`, with every value taken at the middle of its bin, a percentile at the upper end of one.
  float range(const RangeRule& rule, float code_max) const;
  /// Share (0..1) of the values beyond `range`, whole bins.
  double share_beyond(float range) const;

 private:
  double squared_error(float range, float code_max) const;

  float largest_, bins_per_unit_ = 0;
  std::vector<std::int64_t> bins_;
};

}  // namespace swimsim
