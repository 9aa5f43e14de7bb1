#include "sim/engine/row_times.h"

namespace swimsim {

RowTimes row_times(const ChipJob& job) {
  const TileController::Options& controller = job.controller;
  const ProgrammingTiming& t = controller.timing;
  const bool compares = job.array.compare_tolerance_S > 0;
  const std::int64_t look_ps = controller.reads_averaged * t.clocked(t.read_settle_ps) + t.clock_ps;
  RowTimes times;
  times.open_ps = t.clocked(t.row_settle_ps);
  if (job.device->erases() && controller.erase_by_row && job.scheme->erases_first())
    times.open_ps += 2 * t.clocked(t.dac_settle_ps) + t.clocked(t.erase_ps) + t.clocked(t.blind_pulse_ps);
  if (job.scheme->reads_first()) times.open_ps += look_ps;
  times.pulse_ps = t.clocked(t.pulse_ps);
  times.around_ps = t.clocked(t.read_to_write_ps) + t.clocked(t.dac_settle_ps) + t.clocked(t.write_to_read_ps) +
                    t.clocked(t.read_after_write_ps) + look_ps;
  times.group_ps = controller.reads_averaged * t.clocked(compares ? t.compare_ps : t.convert_ps);
  return times;
}

}  // namespace swimsim
