// How fast whole chips are programmed. SWIM's LeNet in shape (211,836 cells), weights drawn, everything verified; CPU seconds.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "sim/engine/batched_driver.h"
#include "sim/engine/byte_stream.h"
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

/// Elaborates, programs and reads back in a child process, as the program does.
Run program_in_child(const Card& card, const ChipDriver& driver) {
  const testing::SmallChip chip(lenet(), card);
  Run run;
  run_jobs(
      1, 1,
      [&](std::size_t) {
        const double start = cpu_seconds();
        const testing::ChipImage image = testing::run_chip(driver, chip.job);
        ByteWriter writer;
        writer.put(Run{cpu_seconds() - start, image.counts.pulses});
        return writer.bytes();
      },
      [&](std::size_t, const std::string& bytes) { ByteReader(bytes).get(run); });
  return run;
}

void program(benchmark::State& state, const Card& card, const ChipDriver& driver) {
  double pulses = 0;
  for (auto _ : state) {
    const Run run = program_in_child(card, driver);
    state.SetIterationTime(run.seconds);
    pulses += static_cast<double>(run.pulses);
  }
  state.counters["pulses"] = benchmark::Counter(pulses, benchmark::Counter::kIsRate);
}

void lenet_swim_pulse_systemc(benchmark::State& state) { program(state, testing::pulse_card(), make_cycle_driver()); }
void lenet_swim_pulse_batched(benchmark::State& state) { program(state, testing::pulse_card(), make_batched_driver()); }
void lenet_swim_gaussian_systemc(benchmark::State& state) { program(state, testing::gaussian_card(), make_cycle_driver()); }

BENCHMARK(lenet_swim_pulse_systemc)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(lenet_swim_pulse_batched)->UseManualTime()->Unit(benchmark::kMillisecond);
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

}  // namespace
}  // namespace swimsim
