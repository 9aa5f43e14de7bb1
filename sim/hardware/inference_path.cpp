#include "sim/hardware/inference_path.h"

#include <algorithm>

namespace swimsim {

void WordLineDacs::apply(const Plane& plane, const PlaneRead& read, std::int64_t begin_ps, std::int64_t length_ps) {
  const std::int32_t* codes = input->codes();
  for (std::size_t row = 0; row < digits_.size(); ++row) digits_[row] = plane.digit(codes[row]);
  crossbar->compute(digits_.data(), read, begin_ps, length_ps);
}

void ShiftAdd::add(const Plane& plane, const TileRead& columns, const std::int32_t* codes) {
  ArrayLayer::accumulate(plane, codes + columns.col_begin, static_cast<std::size_t>(columns.col_end - columns.col_begin),
                         &sums_[static_cast<std::size_t>(columns.col_begin)]);
}

std::int64_t InferenceController::conversion_ps(const TileRead& columns) const {
  int most = 0;  // columns of one converter
  for (int first = columns.col_begin / column_mux_ * column_mux_; first < columns.col_end; first += column_mux_)
    most = std::max(most, std::min(first + column_mux_, columns.col_end) - std::max(first, columns.col_begin));
  return costs_->clocked(most * (costs_->mux_switch_ps + costs_->conversion_ps));
}

InferenceController::Done InferenceController::run(const TileRead& columns, const std::int32_t* row_codes, std::uint32_t event,
                                                   std::int64_t begin_ps, const OnPlane& on_plane) {
  const std::int64_t read_ps = costs_->clocked(costs_->read_ps), converted_ps = conversion_ps(columns);
  input->load(row_codes, columns.rows);
  shift_add->clear();
  std::int64_t now_ps = begin_ps + costs_->clock_ps;
  for (std::size_t i = 0; i < layer_->planes.size(); ++i) {
    const Plane& plane = layer_->planes[i];
    dacs->apply(plane, {&columns, i, event}, now_ps, read_ps);
    PlaneTimes times{i, event, now_ps, std::max(now_ps + read_ps, adc->busy_until_ps()), 0, nullptr};
    sample->sample_sums(times.sampled_ps);
    times.converted_ps = times.sampled_ps + converted_ps;
    times.codes = adc->convert_sums(columns, times.sampled_ps, converted_ps);
    shift_add->add(plane, columns, times.codes);
    on_plane(times);
    if (on_plane_seen) on_plane_seen(begin_ps, columns, times);
    now_ps = times.sampled_ps;
  }
  return {now_ps, now_ps + converted_ps + 2 * costs_->clock_ps};
}

}  // namespace swimsim
