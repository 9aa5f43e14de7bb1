#include "sim/hardware/cycle_driver.h"

#include <memory>
#include <systemc>

#include "sim/hardware/board.h"
#include "sim/hardware/inference_chip.h"
#include "sim/hardware/inference_probe.h"
#include "sim/hardware/trace_probe.h"

/// libsystemc refers to it; the simulations here start from the driver below.
int sc_main(int, char**) { return 0; }

namespace swimsim {

namespace {

ChipTimes run(const ChipJob& job, const TraceWindow& window, const AfterPhase& after_phase,
              const std::function<void(const ChipProgram&, const ChipTimes&)>& finished) {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  Board board("board", job);
  Chip& chip = board.chip();
  std::unique_ptr<InferenceChip> inference;
  if (job.inference != nullptr) inference = std::make_unique<InferenceChip>("inference", *job.inference, chip);
  std::unique_ptr<TraceProbe> probe;
  std::unique_ptr<InferenceProbe> inference_probe;
  if (window.inference && inference)
    inference_probe = std::make_unique<InferenceProbe>("trace", *inference, chip.tile(window.tile), window, *job.inference);
  else if (!window.path.empty())
    probe = std::make_unique<TraceProbe>("trace", chip.tile(window.tile), *chip.program().tiles()[window.tile].controller, window, job);

  ChipTimes times;
  for (int phase = 0; phase < chip.program().phases(); ++phase) {
    if (probe) probe->phase_begins(phase);
    const Board::Phase done = board.run_phase(phase);
    times.slots_ps += done.slots_ps;
    times.phase_end_ps.push_back(done.end_ps);
    times.host_bus_ps = board.host_bus_busy_ps();
    if (after_phase && !after_phase(phase, times, chip.program())) break;
  }
  if (inference) chip.program().set_inference(inference.get());
  if (probe) probe->close();
  finished(chip.program(), times);
  if (inference_probe) inference_probe->close();
  return times;
}

}  // namespace

ChipDriver make_cycle_driver() { return run; }

}  // namespace swimsim
