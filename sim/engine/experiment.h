#pragma once

#include <functional>
#include <string>
#include <vector>

#include "models/programming/chip_job.h"
#include "sim/engine/progress.h"
#include "sim/engine/results.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// What the command line decides about a run; none of it changes a result.
struct RunOptions {
  std::string data_folder;   ///< "" if unknown
  std::string cache_folder;  ///< trained networks; "" disables the cache
  std::string trace_path;    ///< where the VCD goes; "" for none
  std::string journal_path;  ///< where finished programmings are kept until the run is over, so that it can go on; "" for none
  int threads = 1;
  ChipDriver cycle_driver;  ///< the SystemC chip, which this room does not know
};

/// What a run will cost, said beforehand.
struct RunEstimate {
  std::int64_t weights = 0, cells = 0, tiles = 0, chip_programmings = 0;
  double seconds = 0;  ///< on this many threads
  double memory_bytes = 0;
};

/// Fixed numbers of trials at which a run may end before `evaluate.trials`.
struct TrialLooks {
  std::vector<int> at;                                                 ///< rising
  std::function<bool(const std::vector<TrialRow>& so_far)> is_enough;  ///< called once for each of them that is reached
};

/// Runs the whole main job: train or import, quantise, sensitivity, selection, schedule, program, evaluate. A run that ended at a look
/// leaves exactly what one with so many `evaluate.trials` leaves. Throws InputError, RangeError or ResourceError.
RunResults run_experiment(const Workload& workload, const RunOptions& options, Progress& progress, const TrialLooks& looks = {});

/// Validates what only the data can tell (files, shapes, tiles) and estimates; runs nothing.
RunEstimate estimate_experiment(const Workload& workload, const RunOptions& options);

}  // namespace swimsim
