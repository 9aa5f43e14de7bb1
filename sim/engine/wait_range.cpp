#include "sim/engine/wait_range.h"

#include <fmt/format.h>

#include "models/common/units.h"
#include "sim/engine/batched_driver.h"

namespace swimsim {

namespace {

constexpr std::int64_t kShortest_ps = 1'000'000, kLongest_ps = 10'000'000'000;

double full_time_s(const Workload& workload, const Preparation& prepared, std::int64_t wait_ps) {
  ChipJob job = make_chip_job(workload, prepared, 0);
  job.controller.timing.read_after_write_ps = wait_ps;
  for (const auto& codes : prepared.quantized.codes) job.group_of_weight.emplace_back(codes.size(), std::int16_t{0});
  job.groups = 1;
  const ChipTimes times = make_batched_driver()(job, {}, {}, [](const ChipProgram&, const ChipTimes&) {});
  return static_cast<double>(times.total_ps()) * 1e-12;
}

}  // namespace

WaitRange wait_range(const Workload& workload, const Preparation& prepared) {
  if (!prepared.device->erases()) return {};
  const double shortest_s = full_time_s(workload, prepared, kShortest_ps), longest_s = full_time_s(workload, prepared, kLongest_ps);
  WaitRange range;
  range.statistics = {
      {"full_time_read_after_write_1us_s", shortest_s, "s", "full_time_s of the first trial if a read waited 1 us after a pulse"},
      {"full_time_read_after_write_10ms_s", longest_s, "s", "full_time_s of the first trial if a read waited 10 ms after a pulse"}};
  range.note = fmt::format(
      "A read waits {} after a pulse (hardware.read_after_write). Published waits span 1 us to 10 ms (recalled, unverified): writing and "
      "verifying everything would take {:.3g} s and {:.3g} s.",
      format_time_ps(workload.hardware.read_after_write_ps), shortest_s, longest_s);
  return range;
}

}  // namespace swimsim
