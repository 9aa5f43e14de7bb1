// How long an image takes through the SystemC chip: LeNet on tiles of 128 x 128, elaboration included.
#include <benchmark/benchmark.h>

#include <chrono>

#include "models/dataset/glyphs.h"
#include "models/network/builtin.h"
#include "sim/engine/job_pool.h"
#include "tests/support/inference_bench.h"

namespace swimsim {
namespace {

/// One SystemC simulation a process: runs in a child, which tells its time.
void lenet_inference_systemc(benchmark::State& state) {
  testing::ArrayExampleOptions options;
  options.tile_rows = options.tile_cols = 128;
  options.read_noise = 0.01;
  testing::ArrayExample example(make_builtin_network("lenet", 1), options, 1);
  example.images = draw_glyphs(1, GlyphHalf::test, 8);
  const testing::InferenceBench bench(std::move(example));
  const ProgrammedArray array(bench.network, bench.example.targets_S(), ChipSample{1, 0});
  for ([[maybe_unused]] auto _ : state) {
    double seconds = 0;
    run_jobs(
        1, 1,
        [&](std::size_t) {
          const auto start = std::chrono::steady_clock::now();
          benchmark::DoNotOptimize(bench.run(array, 0, static_cast<std::size_t>(state.range(0))));
          return std::to_string(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        },
        [&](std::size_t, const std::string& text) { seconds = std::stod(text); });
    state.SetIterationTime(seconds);
  }
}
BENCHMARK(lenet_inference_systemc)->Arg(1)->Arg(8)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace swimsim
