#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "sim/workload/keys.h"
#include "sim/workload/read_workload.h"

namespace swimsim {
namespace {

ReadOptions options() {
  ReadOptions options;
  options.words = {{"swim", "magnitude", "random", "all", "none"},
                   {"incremental", "counted", "fixed", "ispp", "set_reset", "reset_on_overshoot"},
                   {"counted"},
                   {"glyphs", "mnist"},
                   {},
                   {"lenet"},
                   {"adam", "sgd"},
                   {"cosine", "one_cycle", "steps", "constant"},
                   {},
                   {},
                   {},
                   {},
                   {},
                   {"tile_after_tile", "row_packed"},
                   {},
                   {{"auto", "swim"}}};
  return options;
}

WorkloadOrErrors read(const std::string& text) { return read_workload({text, "w.yaml", "w", "."}, options()); }

template <typename T>
T in_range(T first, T last) {
  return *rc::gen::resize(100, rc::gen::inRange<T>(first, last + 1));
}

double fraction() { return static_cast<double>(in_range(0, 1'000'000)) / 1e6; }

Workload some_workload() {
  Workload w =
      *read("schema: swimsim-workload/1\nnetwork: {builtin: lenet}\ndataset: {name: glyphs}\ndevice: {card: swim_pulse}\n").workload;
  w.seed = *rc::gen::arbitrary<std::uint64_t>();
  w.network.train->learning_rate = 1e-9 + fraction();
  w.network.train->optimizer = in_range(0, 1) == 1 ? "sgd" : "adam";
  w.network.train->schedule = in_range(0, 1) == 1 ? "steps" : "one_cycle";
  w.network.train->steps = {fraction() / 2, 0.5 + fraction() / 2};
  w.network.train->weight_decay = fraction() / 3;
  w.network.train->noise_sigma = fraction();
  w.network.train->augment = in_range(0, 1) == 1 ? "flip" : "flip_and_crop";
  w.dataset.mean = {fraction(), fraction() / 3};
  w.dataset.std = {0.1 + fraction(), 0.1 + fraction()};
  w.quantize.weight_bits = in_range(1, 16);
  w.mapping.bits_per_device = w.quantize.weight_bits > 8 ? 1 : w.quantize.weight_bits;
  w.quantize.weight_scale = in_range(0, 1) == 1 ? "per_channel" : "per_tensor";
  w.quantize.activation_range = in_range(0, 1) == 1 ? "percentile" : "least_squares";
  w.quantize.activation_percentile = 50 + fraction() * 50;
  w.quantize.layers.by_order = in_range(0, 1) == 1;
  for (int i = in_range(w.quantize.layers.by_order ? 1 : 0, 3); i > 0; --i) {
    const std::string name = w.quantize.layers.by_order ? "" : "onnx::layer/" + std::to_string(i) + ": [x], {y}";
    w.quantize.layers.entries.push_back({name, w.mapping.bits_per_device, in_range(0, 16), {}});
    if (in_range(0, 1) == 1) w.quantize.layers.entries.back().activation_bits.reset();
  }
  w.hardware.column_mux = in_range(1, 16);
  w.mapping.tile_cols = std::max(2, w.hardware.column_mux * in_range(1, 16));
  w.mapping.tile_cols -= w.mapping.tile_cols % w.hardware.column_mux;
  if (w.mapping.tile_cols < 2) w.mapping.tile_cols = 2;
  w.hardware.clock_ps = in_range<std::int64_t>(10, 1'000'000);
  w.hardware.read_settle_ps = in_range<std::int64_t>(0, 1'000'000'000);
  w.hardware.adc_energy_J = fraction() * 1e-9 / 7;
  w.hardware.line_capacitance_F = fraction() * 1e-12;
  w.hardware.v_read_V = 1e-3 + fraction();
  w.programming.tolerance_fraction = 1e-6 + fraction() / 2;
  w.programming.coarse_tolerance_fraction = 1e-6 + fraction() / 2;
  w.programming.write_dac = in_range(0, 1) == 1 ? "per_row" : "per_column";
  w.hardware.read_after_write_ps = in_range<std::int64_t>(0, 1'000'000'000'000);
  w.hardware.write_current_limit_A = fraction() / 7;
  w.hardware.write_current_budget_A = fraction() / 3;
  w.hardware.scheduler = in_range(0, 1) == 1 ? "row_packed" : "tile_after_tile";
  w.hardware.rounds = *rc::gen::arbitrary<bool>();
  w.hardware.tiles = in_range(0, 1000);
  w.hardware.verify = in_range(0, 1) == 1 ? "compare" : "convert";
  w.card.find("sigma_d2d")->value = fraction() / 3;
  std::set<double> fractions;
  for (int i = in_range(1, 6); i > 0; --i) fractions.insert(fraction());
  w.selection.fractions.assign(fractions.begin(), fractions.end());
  w.selection.looseness = {fraction(), 1 + fraction()};
  if (in_range(0, 1) == 1) {
    w.selection.loop.emplace();
    w.selection.loop->step = 0.001 + fraction() / 2;
  }
  if (in_range(0, 1) == 1) {
    w.trace.emplace();
    w.trace->col_last = w.mapping.tile_cols - 1;
    w.trace->col_first = in_range(0, w.trace->col_last);
    w.trace->to_ps = w.trace->from_ps + in_range<std::int64_t>(1, 1000);
    w.trace->selector = w.selection.selectors.front();
    w.trace->fraction = w.selection.fractions.front();
  }
  return w;
}

TEST(ResolvedWorkload, ReadsBackToTheSameText) {
  const bool holds = rc::check("resolved_yaml is a fixed point of read_workload", [] {
    const std::string text = resolved_yaml(some_workload());
    const WorkloadOrErrors again = read(text);
    for (const Diagnostic& mistake : again.mistakes) RC_LOG() << to_string(mistake) << "\n" << text;
    RC_ASSERT(again.workload.has_value());
    RC_ASSERT(resolved_yaml(*again.workload) == text);
  });
  EXPECT_TRUE(holds);
}

TEST(ReadWorkload, SurvivesDamagedText) {
  const std::string good = resolved_yaml(
      *read(
           "schema: swimsim-workload/1\nnetwork: {builtin: lenet}\ndataset: {name: glyphs}\ndevice: {card: swim_pulse}\ntrace: {tile: 1}\n")
           .workload);
  const bool holds = rc::check("a damaged descriptor is read or refused, never a crash", [&good] {
    std::string text = good;
    const std::string stock =
        "[]{}:,&*!|>'\"%@`#-\n\t \x01\xFF"
        "0129.ex~";
    for (int i = in_range(1, 6); i > 0; --i) {
      const auto at = static_cast<std::size_t>(in_range<std::int64_t>(0, static_cast<std::int64_t>(text.size()) - 1));
      const char c = stock[static_cast<std::size_t>(in_range<std::int64_t>(0, static_cast<std::int64_t>(stock.size()) - 1))];
      if (in_range(0, 2) == 0)
        text.erase(at, static_cast<std::size_t>(in_range(1, 30)));
      else if (in_range(0, 1) == 0)
        text[at] = c;
      else
        text.insert(at, 1, c);
      if (text.empty()) break;
    }
    const WorkloadOrErrors result = read(text);
    RC_ASSERT(result.workload.has_value() == result.mistakes.empty());
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace swimsim
