#include "models/network/value_range.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/common/errors.h"
#include "models/common/words.h"

namespace swimsim {

namespace {

constexpr int kLanes = 16;  // side by side, so that the compiler vectorises

void check(const RangeRule& rule) {
  if (rule.method == RangeMethod::percentile && !(rule.percentile > 0 && rule.percentile <= 100))
    throw InputError(fmt::format("a range at percentile {}; above 0 to 100 is supported", rule.percentile));
}

/// Rank from 1 of the value that `percentile` percent of `count` do not exceed.
std::int64_t nearest_rank(double percentile, std::int64_t count) {
  const double rank = std::ceil(percentile * static_cast<double>(count) / 100);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(rank), 1, count);
}

float percentile_of(const float* values, std::int64_t count, double percentile) {
  std::vector<float> magnitudes(values, values + count);
  for (float& value : magnitudes) value = std::fabs(value);
  const auto wanted = magnitudes.begin() + (nearest_rank(percentile, count) - 1);
  std::nth_element(magnitudes.begin(), wanted, magnitudes.end());
  return *wanted;
}

bool divisible(float step) { return step >= std::numeric_limits<float>::min(); }

}  // namespace

RangeMethod parse_range_method(const std::string& word) {
  if (word == "maximum") return RangeMethod::maximum;
  if (word == "percentile") return RangeMethod::percentile;
  if (word == "least_squares") return RangeMethod::least_squares;
  throw InputError(fmt::format("unknown range method '{}'{}", word, suggestion(word, {"maximum", "percentile", "least_squares"})));
}

float largest_magnitude(const float* values, std::int64_t count) {
  float largest[kLanes] = {};  // a maximum does not depend on the order
  std::int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const float magnitude = std::fabs(values[i + lane]);
      largest[lane] = magnitude > largest[lane] ? magnitude : largest[lane];
    }
  }
  for (; i < count; ++i) largest[0] = std::fmax(largest[0], std::fabs(values[i]));
  for (int lane = 1; lane < kLanes; ++lane) largest[0] = std::fmax(largest[0], largest[lane]);
  return largest[0];
}

float range_of(const float* values, std::int64_t count, const RangeRule& rule, float code_max) {
  check(rule);
  const float largest = largest_magnitude(values, count);
  if (rule.method == RangeMethod::maximum || !divisible(largest / code_max)) return largest;
  if (rule.method == RangeMethod::percentile) {
    const float range = percentile_of(values, count, rule.percentile);
    return divisible(range / code_max) ? range : largest;
  }
  return search_range(largest, [&](float range) { return squared_error(values, count, range, code_max); });
}

double squared_error(const float* values, std::int64_t count, float range, float code_max) {
  const float step = range / code_max;
  if (!divisible(step)) return std::numeric_limits<double>::infinity();
  constexpr std::int64_t kBlock = 64 * kLanes;  // summed in float, blocks in double
  const auto square_of = [&](float value) {
    const float code = std::nearbyint(value / step);
    const float error = value - (code > code_max ? code_max : (code < -code_max ? -code_max : code)) * step;
    return error * error;
  };
  double sum = 0;
  for (std::int64_t first = 0; first < count; first += kBlock) {
    const std::int64_t end = std::min(count, first + kBlock);
    float lanes[kLanes] = {};
    std::int64_t i = first;
    for (; i + kLanes <= end; i += kLanes) {
      for (int lane = 0; lane < kLanes; ++lane) lanes[lane] += square_of(values[i + lane]);
    }
    for (; i < end; ++i) lanes[0] += square_of(values[i]);
    for (const float lane : lanes) sum += static_cast<double>(lane);
  }
  return sum;
}

MagnitudeHistogram::MagnitudeHistogram(float largest) : largest_(largest), bins_(kBins, 0) {
  const float width = largest / static_cast<float>(kBins);
  if (divisible(width)) bins_per_unit_ = 1 / width;
}

void MagnitudeHistogram::add(const float* values, std::int64_t count) {
  constexpr float kLast = static_cast<float>(kBins - 1);
  for (std::int64_t i = 0; i < count; ++i) {
    const float bin = std::fabs(values[i]) * bins_per_unit_;
    ++bins_[static_cast<std::size_t>(bin < kLast ? bin : kLast)];
  }
}

std::int64_t MagnitudeHistogram::count() const {
  std::int64_t count = 0;
  for (const std::int64_t bin : bins_) count += bin;
  return count;
}

float MagnitudeHistogram::range(const RangeRule& rule, float code_max) const {
  check(rule);
  if (rule.method == RangeMethod::maximum || bins_per_unit_ == 0 || count() == 0) return largest_;
  if (rule.method == RangeMethod::least_squares) {
    return search_range(largest_, [&](float range) { return squared_error(range, code_max); });
  }
  const std::int64_t rank = nearest_rank(rule.percentile, count());
  std::int64_t below = 0;
  std::size_t bin = 0;
  while ((below += bins_[bin]) < rank) ++bin;
  return bin + 1 == bins_.size() ? largest_ : static_cast<float>(bin + 1) / bins_per_unit_;
}

double MagnitudeHistogram::share_beyond(float range) const {
  const std::int64_t all = count();
  if (all == 0 || bins_per_unit_ == 0) return 0;
  std::int64_t beyond = 0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    if (static_cast<float>(bin) / bins_per_unit_ >= range) beyond += bins_[bin];
  }
  return static_cast<double>(beyond) / static_cast<double>(all);
}

double MagnitudeHistogram::squared_error(float range, float code_max) const {
  const double step = static_cast<double>(range) / static_cast<double>(code_max);
  const double width = static_cast<double>(largest_) / kBins;
  double sum = 0;
  for (int bin = 0; bin < kBins; ++bin) {
    const double value = (bin + 0.5) * width;
    const double error = value - std::min(std::nearbyint(value / step), static_cast<double>(code_max)) * step;
    sum += error * error * static_cast<double>(bins_[static_cast<std::size_t>(bin)]);
  }
  return sum;
}

}  // namespace swimsim
