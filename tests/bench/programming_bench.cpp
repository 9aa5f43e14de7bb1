// How fast chips are programmed: active device pulses per CPU second on one core. Tiles of 128 x 128 with targets spread evenly over the
// range, everything verified; elaboration, blind write and read-back included, as in a run.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "models/common/byte_stream.h"
#include "sim/engine/batched_driver.h"
#include "sim/engine/job_pool.h"
#include "sim/hardware/cycle_driver.h"
#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

std::vector<MatrixShape> lenet() { return {{"conv1", 6, 9}, {"conv2", 16, 54}, {"fc1", 120, 784}, {"fc2", 84, 120}, {"fc3", 10, 84}}; }

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

struct Run {
  double seconds = 0;
  std::int64_t pulses = 0;
};

/// Full tiles: the cells on the plus arms have targets spread evenly over the range, those on the minus arms stay at its lower end.
struct UniformChip {
  testing::SmallChip chip;
  std::unique_ptr<Scheme> scheme;

  UniformChip(const Card& card, const std::string& scheme_name, double tolerance, int tiles)
      : chip({{"layer", 128, std::int64_t{128} * tiles}}, card, options()) {
    testing::draw_uniform_codes(chip);
    if (scheme_name.empty()) return;
    SchemeOptions scheme_options;
    scheme_options.tolerance_S = tolerance * (chip.device->g_max_S() - chip.device->g_min_S());
    scheme = find_scheme(scheme_name)->make(scheme_options);
    chip.job.scheme = scheme.get();
  }

  static MappingOptions options() {
    MappingOptions many = testing::many_levels();
    many.tile_rows = many.tile_cols = 128;
    return many;
  }
};

/// Elaborates, programs and reads back in a child process, as the program does.
Run program_in_child(const ChipJob& job, const ChipDriver& driver) {
  Run run;
  run_jobs(
      1, 1,
      [&](std::size_t) {
        const double start = cpu_seconds();
        const testing::ChipImage image = testing::run_chip(driver, job);
        ByteWriter writer;
        writer.put(Run{cpu_seconds() - start, image.counts.pulses});
        return writer.bytes();
      },
      [&](std::size_t, const std::string& bytes) { ByteReader(bytes).get(run); });
  return run;
}

void program(benchmark::State& state, const ChipJob& job, const ChipDriver& driver) {
  double pulses = 0;
  for (auto _ : state) {
    const Run run = program_in_child(job, driver);
    state.SetIterationTime(run.seconds);
    pulses += static_cast<double>(run.pulses);
  }
  state.counters["pulses"] = benchmark::Counter(pulses, benchmark::Counter::kIsRate);
}

void uniform(benchmark::State& state, const Card& card, const std::string& scheme, double tolerance, const ChipDriver& driver) {
  UniformChip uniform(card, scheme, tolerance, 16);
  if (uniform.chip.device->erases()) uniform.chip.job.controller.timing.read_after_write_ps = 10'000'000;
  program(state, uniform.chip.job, driver);
}

void swim_pulse_systemc(benchmark::State& state) { uniform(state, testing::pulse_card(), "", 0, make_cycle_driver()); }
void swim_pulse_batched(benchmark::State& state) { uniform(state, testing::pulse_card(), "", 0, make_batched_driver()); }
void soft_bound_systemc(benchmark::State& state) {
  uniform(state, testing::shipped_card("reram_neurram_like"), "set_reset", 1.0 / 39, make_cycle_driver());
}
void fefet_systemc(benchmark::State& state) {
  uniform(state, testing::shipped_card("fefet_hzo_28nm"), "set_reset", 0.03, make_cycle_driver());
}

/// SWIM's LeNet in shape (211,836 cells), weights drawn: most targets are small.
void lenet_swim_pulse_systemc(benchmark::State& state) {
  const testing::SmallChip chip(lenet(), testing::pulse_card());
  program(state, chip.job, make_cycle_driver());
}
void lenet_swim_gaussian_systemc(benchmark::State& state) {
  const testing::SmallChip chip(lenet(), testing::gaussian_card());
  program(state, chip.job, make_cycle_driver());
}

BENCHMARK(swim_pulse_systemc)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(swim_pulse_batched)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(soft_bound_systemc)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(fefet_systemc)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(lenet_swim_pulse_systemc)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(lenet_swim_gaussian_systemc)->UseManualTime()->Unit(benchmark::kMillisecond);

void normals(benchmark::State& state) {
  const std::size_t n = 128;
  std::vector<std::uint32_t> weight(n, 7), cell(n, pack_cell(1, 0, 1));
  std::vector<float> out(n);
  std::uint32_t event = 0;
  for (auto _ : state) {
    fill_normals({1, 0, Purpose::verify_pulse, event++}, n, weight.data(), cell.data(), out.data());
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(n) * state.iterations());
}
BENCHMARK(normals);

void series_of_normals(benchmark::State& state) {
  const std::size_t n = 128;
  std::vector<std::uint32_t> weight(n, 7), cell(n, pack_cell(1, 0, 1));
  std::vector<float> lanes(4 * n);
  float* const out[4] = {&lanes[0], &lanes[n], &lanes[2 * n], &lanes[3 * n]};
  std::uint32_t block = 0;
  for (auto _ : state) {
    fill_series({1, 0, Purpose::verify_pulse, block++}, n, weight.data(), cell.data(), out);
    benchmark::DoNotOptimize(lanes.data());
  }
  state.SetItemsProcessed(4 * static_cast<std::int64_t>(n) * state.iterations());
}
BENCHMARK(series_of_normals);

}  // namespace
}  // namespace swimsim
