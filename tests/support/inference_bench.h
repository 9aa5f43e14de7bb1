#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "models/inference/chip_inference.h"
#include "models/programming/chip_job.h"
#include "sim/hardware/inference_chip.h"
#include "tests/support/array_example.h"

namespace swimsim::testing {

/// A chip that infers on cells that are given to it, not programmed. One SystemC simulation a process: run it once.
struct InferenceBench {
  ArrayExample example;
  ArrayNetwork network;
  InferenceJob inference;
  std::unique_ptr<Scheme> scheme;
  ChipJob job;

  explicit InferenceBench(ArrayExample an_example, const InferenceOptions& options = {})
      : example(std::move(an_example)), network(example.source(), options), scheme(find_scheme("incremental")->make({})) {
    inference.network = &network;
    job.mapping = example.mapping.get();
    job.codes = &example.quantized.codes;
    job.device = example.device.get();
    job.scheme = scheme.get();
    for (const auto& codes : *job.codes) job.group_of_weight.emplace_back(codes.size(), std::int16_t{-1});
    job.inference = &inference;
  }

  ChipInferenceResult run(const ProgrammedArray& array, std::size_t first, std::size_t count, const ObserveCodes& observe = {}) const {
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    Chip chip("chip", job);
    InferenceChip infer("inference", inference, chip);
    return infer.run(array, example.images, first, count, observe);
  }
};

}  // namespace swimsim::testing
