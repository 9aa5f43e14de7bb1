#include "sim/workload/read_workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "sim/workload/keys.h"

namespace swimsim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

KnownWords words() {
  return {{"swim", "magnitude", "random", "all", "none"},
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
}

const std::string minimal = "schema: swimsim-workload/1\nnetwork: {builtin: lenet}\ndataset: {name: glyphs}\ndevice: {card: swim_pulse}\n";

WorkloadOrErrors read(const std::string& text, const std::vector<std::string>& settings = {}) {
  ReadOptions options;
  options.words = words();
  for (const std::string& setting : settings) options.overrides.push_back(parse_override(setting));
  return read_workload({text, "w.yaml", "w", "."}, options);
}

std::string mistakes_of(const WorkloadOrErrors& result) {
  std::string text;
  for (const Diagnostic& mistake : result.mistakes) text += to_string(mistake) + "\n";
  return text;
}

Workload sound(const std::string& text, const std::vector<std::string>& settings = {}) {
  WorkloadOrErrors result = read(text, settings);
  if (!result.workload) throw std::runtime_error(mistakes_of(result));
  return *result.workload;
}

TEST(ReadWorkload, AutoIsTheSelectorThatItStandsFor) {
  const auto selectors = [](const std::string& list) {
    return sound(minimal + "selection: {selectors: [" + list + "]}\n").selection.selectors;
  };
  EXPECT_THAT(selectors("auto"), ElementsAre("swim"));
  EXPECT_THAT(selectors("random, auto"), ElementsAre("random", "swim"));
  EXPECT_THAT(selectors("auto, random, swim"), ElementsAre("swim", "random"));  // once
  EXPECT_THAT(mistakes_of(read(minimal + "selection: {selectors: [auto, auto]}\n")), HasSubstr("'auto' appears twice"));
  const Workload traced = sound(minimal + "selection: {selectors: [random, auto]}\ntrace: {selector: auto}\n");
  EXPECT_EQ(traced.trace->selector, "swim");
  EXPECT_THAT(resolved_yaml(traced), Not(HasSubstr("auto,")));
}

TEST(ReadWorkload, MinimalHasAllDefaults) {
  const Workload workload = sound(minimal);
  EXPECT_EQ(workload.network.builtin, "lenet");
  ASSERT_TRUE(workload.network.train.has_value());
  EXPECT_EQ(workload.network.train->epochs, 8);
  EXPECT_EQ(workload.card.name, "swim_pulse");
  EXPECT_EQ(workload.hardware.clock_ps, 10'000);
  EXPECT_FALSE(workload.trace.has_value());
  EXPECT_FALSE(workload.selection.loop.has_value());
}

TEST(ReadWorkload, ATraceWantsASelectorThatHasSignals) {
  ReadOptions options;
  options.words = words();
  options.words.training_selectors = {"random"};
  const auto with = [&](const std::string& rest) { return read_workload({minimal + rest, "w.yaml", "w", "."}, options); };
  const WorkloadOrErrors first = with("selection: {selectors: [random, swim]}\ntrace: {}\n");
  ASSERT_TRUE(first.workload.has_value()) << mistakes_of(first);
  EXPECT_EQ(first.workload->trace->selector, "swim");
  EXPECT_THAT(mistakes_of(with("trace: {selector: random}\n")),
              HasSubstr("w.yaml:5:19: selector 'random' runs without signals; trace another one"));
  EXPECT_THAT(mistakes_of(with("selection: {selectors: [random]}\ntrace: {}\n")), HasSubstr("selector 'random' runs without signals"));
}

TEST(ReadWorkload, TheDesignsExampleReads) {
  const Workload workload = sound(R"(schema: swimsim-workload/1
seed: 1
network: {builtin: lenet, train: {epochs: 3}}
dataset: {name: mnist, mean: [0.1307], std: [0.3081]}
quantize: {weight_bits: 4, activation_bits: 4}
mapping: {tile_rows: 128, tile_cols: 128, bits_per_device: 4, sign: differential}
device: {card: swim_pulse, set: {sigma_d2d: 0.2, v_set: 1.2 V}}
programming: {driver: cycle, scheme: incremental, blind: median_curve, tolerance: 6 %, max_attempts: 60}
hardware: {clock: 20 ns, row_settle: 3 cycles, tiles_at_once: 4, column_mux: 8, adc_bits: 6, adc_energy: 0.3 pJ}
selection: {selectors: [swim, random], fractions: [0, 10 %, 0.3, 1], images: 2000, loop: {accuracy_drop: 0.5 %, step: 5 %}}
evaluate: {fidelity: weights, images: 10000, trials: 10}
trace: {tile: 2, rows: 0..1, cols: 0..15, from: 0 us, to: 50 us, fraction: 0.3}
)");
  EXPECT_EQ(workload.network.train->epochs, 3);
  EXPECT_EQ(workload.card.number("sigma_d2d"), 0.2);
  EXPECT_EQ(workload.card.number("v_set"), 1.2);
  EXPECT_EQ(workload.programming.tolerance_fraction, 0.06);
  EXPECT_EQ(workload.hardware.row_settle_ps, 60'000);
  EXPECT_EQ(workload.hardware.adc_energy_J, 0.3e-12);
  EXPECT_THAT(workload.selection.fractions, ElementsAre(0, 0.1, 0.3, 1));
  EXPECT_EQ(workload.selection.loop->accuracy_drop, 0.005);
  EXPECT_EQ(workload.selection.loop->images, 2000);
  EXPECT_EQ(workload.trace->row_last, 1);
  EXPECT_EQ(workload.trace->to_ps, 50'000'000);
  EXPECT_EQ(workload.trace->selector, "swim");
  EXPECT_EQ(workload.trace->fraction, 0.3);
}

TEST(ReadWorkload, ToleranceAsConductance) {
  const Workload workload = sound(minimal + "programming: {tolerance: 2 uS}\n");  // the card spans 20 to 60 uS
  EXPECT_NEAR(workload.programming.tolerance_fraction, 0.05, 1e-12);
  EXPECT_THAT(mistakes_of(read(minimal + "programming: {tolerance: 2 mS}\n")), HasSubstr("card 'swim_pulse' spans 20 uS to 60 uS"));
  EXPECT_THAT(mistakes_of(read(minimal + "programming: {tolerance: 2 V}\n")), HasSubstr("'V' is a unit of voltage"));
}

TEST(ReadWorkload, CoarseToleranceAsConductance) {
  const Workload workload = sound(minimal + "programming: {blind: coarse_verify, coarse_tolerance: 8 uS, coarse_attempts: 7}\n");
  EXPECT_NEAR(workload.programming.coarse_tolerance_fraction, 0.2, 1e-12);
  EXPECT_EQ(workload.programming.tolerance_fraction, 0.06);
  EXPECT_EQ(workload.programming.coarse_attempts, 7);
}

TEST(ReadWorkload, TheDeviceDecidesHowLongToWaitAfterAPulse) {
  const std::string fefet =
      "schema: swimsim-workload/1\nnetwork: {builtin: lenet}\ndataset: {name: glyphs}\ndevice: {card: fefet_hzo_28nm}\n";
  EXPECT_EQ(sound(minimal).hardware.read_after_write_ps, 0);
  EXPECT_EQ(sound(fefet).hardware.read_after_write_ps, 10'000'000);
  EXPECT_EQ(sound(fefet + "hardware: {read_after_write: 0 ns}\n").hardware.read_after_write_ps, 0);
  EXPECT_EQ(sound(fefet + "hardware: {read_after_write: 10 ms}\n").hardware.read_after_write_ps, 10'000'000'000);
}

TEST(ReadWorkload, WhatTheControllerMayHave) {
  const Workload workload = sound(minimal +
                                  "programming: {write_dac: per_row, erase_granularity: tile}\n"
                                  "hardware: {verify: compare, compare_time: 5 ns, compare_energy: 20 fJ, reads_averaged: 4,\n"
                                  "           write_current_limit: 3 mA, driver_energy: 1 pJ, mux_energy: 2 fJ}\n");
  EXPECT_EQ(workload.programming.write_dac, "per_row");
  EXPECT_EQ(workload.programming.erase_granularity, "tile");
  EXPECT_EQ(workload.hardware.verify, "compare");
  EXPECT_EQ(workload.hardware.compare_ps, 5'000);
  EXPECT_EQ(workload.hardware.compare_energy_J, 20e-15);
  EXPECT_EQ(workload.hardware.reads_averaged, 4);
  EXPECT_EQ(workload.hardware.write_current_limit_A, 3e-3);
  EXPECT_EQ(workload.hardware.driver_energy_J, 1e-12);
  EXPECT_EQ(workload.hardware.mux_energy_J, 2e-15);
}

struct Mistake {
  std::string addition, expected;
};

class WorkloadMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(WorkloadMistakes, AreNamed) {
  const WorkloadOrErrors result = read(minimal + GetParam().addition);
  EXPECT_FALSE(result.workload.has_value());
  EXPECT_THAT(mistakes_of(result), HasSubstr(GetParam().expected));
  EXPECT_EQ(result.mistakes.size(), 1U) << mistakes_of(result);
}

INSTANTIATE_TEST_SUITE_P(
    All, WorkloadMistakes,
    testing::Values(
        Mistake{"hardwear: {clock: 1 ns}", "w.yaml:5:1: unknown key 'hardwear'; did you mean 'hardware'?"},
        Mistake{"hardware: {clok: 1 ns}", "w.yaml:5:12: unknown key 'clok' in 'hardware'; did you mean 'clock'?"},
        Mistake{"adc_bits: 6", "unknown key 'adc_bits'; it belongs to 'hardware': hardware.adc_bits"},
        Mistake{"hardware: {clock: 10}", "w.yaml:5:19: hardware.clock: '10' lacks its unit; a time needs one of s, ms, us, ns, ps"},
        Mistake{"hardware: {clock: 10 V}", "'V' is a unit of voltage, but a time was expected"},
        Mistake{"hardware: {clock: 0.5 ps}", "not a whole number of picoseconds"},
        Mistake{"hardware: {clock: 2 cycles}", "'cycles' is not a known unit"},
        Mistake{"hardware: {row_settle: 1.5 cycles}", "not a whole number"},
        Mistake{"hardware: {adc_bits: 99}", "99 is out of range for 'hardware.adc_bits'; expected 1 to 16"},
        Mistake{"inference: {dac_bits: 5}", "5 is out of range for 'inference.dac_bits'; expected 1 to 4"},
        Mistake{"inference: {adc_range: max}", "'max' is not known for 'inference.adc_range'; known: maximum, percentile"},
        Mistake{
            "mapping: {tile_rows: 2048}\ninference: {dac_bits: 4}\nevaluate: {fidelity: array}",
            "w.yaml:6:23: 'inference.dac_bits' is 4, with which a tile may have 1165 rows for exact column sums; 'mapping.tile_rows' is "
            "2048"},
        Mistake{"evaluate: {fidelity: cycle}\nprogramming: {driver: batched}",
                "w.yaml:5:22: 'evaluate.fidelity: cycle' infers on the SystemC chip; it needs 'programming.driver: cycle'"},
        Mistake{"trace: {phase: inference}",
                "w.yaml:5:16: 'trace.phase: inference' needs 'evaluate.fidelity: cycle'; 'evaluate.fidelity' is weights"},
        Mistake{"evaluate: {fidelity: cycle}\nhardware: {rounds: true}",
                "w.yaml:5:22: 'evaluate.fidelity: cycle' needs the whole network on the chip; 'hardware.rounds' is true"},
        Mistake{"hardware: {adc_bits: 06}", "'06' has a leading zero"}, Mistake{"hardware: {adc_bits: 6.0}", "'6.0' is not a whole number"},
        Mistake{"hardware: {adc_bits: \"6\"}", "\"6\" in quotes is a text"},
        Mistake{"hardware: {adc_bits: [6]}", "'hardware.adc_bits' wants a whole number, 1 to 16, found a list"},
        Mistake{"hardware: {adc_bits: }", "'hardware.adc_bits' has no value"},
        Mistake{"hardware: 6", "'hardware' wants a group of keys, found '6'; known: adc_bits"},
        Mistake{"hardware: {v_read: 0.2}", "hardware.v_read: '0.2' lacks its unit; a voltage needs"},
        Mistake{"hardware: {adc_low: 2}", "'hardware.adc_low' is 2 and must lie below 'hardware.adc_high', which is 1.3"},
        Mistake{"hardware: {adc_low: .nan}", "'.nan' is not a number"},
        Mistake{"hardware: {column_mux: 7}", "'hardware.column_mux' is 7 and does not divide 'mapping.tile_cols', which is 128"},
        Mistake{"mapping: {bits_per_device: 3}", "'mapping.bits_per_device' is 3 and does not divide 'quantize.weight_bits', which is 4"},
        Mistake{"quantize: {weight_range: percentil}", "'percentil' is not known for 'quantize.weight_range'; did you mean 'percentile'?"},
        Mistake{"quantize: {weight_scale: channel}", "'channel' is not known for 'quantize.weight_scale'"},
        Mistake{"quantize: {activation_percentile: 101}", "101 is out of range for 'quantize.activation_percentile'; expected 50 to 100"},
        Mistake{"quantize: {layers: 6}", "'quantize.layers' wants a group of layers or a list of groups, found '6'"},
        Mistake{"quantize: {layers: {conv1.weight: 6}}",
                "'quantize.layers.conv1.weight' wants a group such as {weight_bits: 6, activation_bits: 8}, found '6'"},
        Mistake{"quantize: {layers: {conv1.weight: {weight_bit: 6}}}",
                "w.yaml:5:36: unknown key 'weight_bit' in 'quantize.layers.conv1.weight'; did you mean 'weight_bits'?"},
        Mistake{"quantize: {layers: [{weight_bits: 17}]}", "'quantize.layers.weight_bits' wants a whole number, 1 to 16, found 17"},
        Mistake{"quantize: {layers: {a: {activation_bits: [8]}}}",
                "'quantize.layers.a.activation_bits' wants a whole number, 0 to 16, found a list"},
        Mistake{"quantize: {layers: {a: {weight_bits: 6}}}",
                "w.yaml:5:21: 'mapping.bits_per_device' is 4 and does not divide the 'weight_bits' of layer 'a', which is 6"},
        Mistake{"quantize: {weight_scale: per_channel}\nselection: {reference_quirks: true}",
                "w.yaml:6:31: 'selection.reference_quirks' does not go with 'quantize.weight_scale: per_channel'"},
        Mistake{"programming: {driver: systemc}", "'systemc' is not known for 'programming.driver'; known: cycle, batched"},
        Mistake{"programming: {scheme: counted}",
                "scheme 'counted' does not fit device card 'swim_pulse', whose cells are driven by pulses; schemes that fit: incremental"},
        Mistake{"programming: {blind: coarse_verify}\nhardware: {verify: compare}",
                "w.yaml:5:22: blind 'coarse_verify' does not go with 'hardware.verify: compare'"},
        Mistake{"programming: {blind: coarse_verify, coarse_tolerance: 5 %}",
                "'programming.coarse_tolerance' is 0.05 and must not be narrower than 'programming.tolerance', which is 0.06"},
        Mistake{"programming: {set_start: [1 V, 2 V]}",
                "'programming.set_start' has 2 voltages; a cell of 4 bits has 16 levels and wants as many, or one for all"},
        Mistake{"programming: {set_start: 3 V, set_stop: 2.5 V}", "the SET ramp begins at 3 V and stops at 2.5 V"},
        Mistake{"programming: {reset_stop: 3}", "'3' lacks its unit; a voltage needs"},
        Mistake{"programming: {reset_step: []}", "found an empty list"},
        Mistake{"programming: {set_step: [0.1 V, 0.2 uS]}", "'uS' is a unit of conductance"},
        Mistake{"programming: {write_dac: per_tile}", "'per_tile' is not known for 'programming.write_dac'"},
        Mistake{"hardware: {write_current_limit: 3}", "'3' lacks its unit; a current needs"},
        Mistake{"selection: {selectors: [swim, swin]}", "w.yaml:5:31: 'swin' is not known for 'selection.selectors'; did you mean 'swim'?"},
        Mistake{"selection: {selectors: [swim, swim]}", "'swim' appears twice in 'selection.selectors'"},
        Mistake{"selection: {selectors: []}", "found an empty list"}, Mistake{"selection: {selectors: swim}", "found 'swim'; write [swim]"},
        Mistake{"selection: {fractions: [0, 0.3, 0.1]}", "'selection.fractions' must rise, but 0.1 follows 0.3"},
        Mistake{"selection: {fractions: [0, 0.3, 0.3]}", "0.3 appears twice"},
        Mistake{"selection: {fractions: [0, 1.3]}", "1.3 is out of range for 'selection.fractions'; expected 0 to 1"},
        Mistake{"selection: {reference_quirks: yes}", "'selection.reference_quirks' wants true or false, found 'yes'"},
        Mistake{"evaluate: {trials: 1e3}", "'1e3' is not a whole number"}, Mistake{"seed: -1", "'-1' is negative"},
        Mistake{"seed: 010", "octal"},
        Mistake{"seed: 1\nseed: 2", "w.yaml:6:1: key 'seed' appears twice; it was first given at line 5, column 1"},
        Mistake{"trace: {rows: 0..200}", "'trace.rows' is 0..200, but a tile has rows 0..127"},
        Mistake{"trace: {rows: 3..1}", "'trace.rows' runs backwards"},
        Mistake{"trace: {rows: some}", "'trace.rows' wants a range such as 0..15, indices 0 to 4095, found 'some'"},
        Mistake{"trace: {from: 10 us, to: 5 us}", "'trace.to' is 5 us and must lie after 'trace.from', which is 10 us"},
        Mistake{"trace: {fraction: 0.2}", "'trace.fraction' is 0.2, which is not among 'selection.fractions'"},
        Mistake{"trace: {selector: none}", "'trace.selector' is 'none', which is not among 'selection.selectors'"},
        Mistake{"trace: {to: 1 s}", "more than 'trace.max_file' allows (64 MiB)"}, Mistake{"quantize: {weight_bits: *x}", "f"}));

TEST(ReadWorkload, LayersHaveBitsOfTheirOwnByNameOrByOrder) {
  const Workload named = sound(minimal +
                               "mapping: {bits_per_device: 2}\nquantize: {layers: {\"a, b: c\": {weight_bits: 6}, d.weight: "
                               "{activation_bits: 0, weight_bits: 16}}}\n");
  const Workload::LayerBits& layers = named.quantize.layers;
  ASSERT_EQ(layers.entries.size(), 2U);
  EXPECT_FALSE(layers.by_order);
  EXPECT_EQ(layers.entries[0].layer, "a, b: c");
  EXPECT_EQ(layers.entries[0].weight_bits, 6);
  EXPECT_FALSE(layers.entries[0].activation_bits.has_value());
  EXPECT_EQ(layers.entries[1].weight_bits, 16);
  EXPECT_EQ(layers.entries[1].activation_bits, 0);
  EXPECT_THAT(resolved_yaml(named), HasSubstr("layers: {\"a, b: c\": {weight_bits: 6}, d.weight: {weight_bits: 16, activation_bits: 0}}"));
  const Workload ordered = sound(minimal + "quantize: {layers: [{weight_bits: 8}, {}]}\n");
  EXPECT_TRUE(ordered.quantize.layers.by_order);
  EXPECT_THAT(resolved_yaml(ordered), HasSubstr("layers: [{weight_bits: 8}, {}]"));
  EXPECT_TRUE(sound(minimal + "quantize: {layers: {}}\n").quantize.layers.entries.empty());
}

TEST(ReadWorkload, RampsAreTheCardsOrOneVoltageOrOneALevel) {
  EXPECT_TRUE(sound(minimal + "programming: {set_start: card}\n").programming.ramps.set.start_V.empty());
  EXPECT_EQ(sound(minimal + "programming: {reset_step: 20 mV}\n").programming.ramps.reset.step_V, std::vector<double>{0.02});
  const Workload workload = sound(minimal + "mapping: {bits_per_device: 1}\nprogramming: {set_start: [1 V, 1.5 V], set_stop: 3 V}\n");
  EXPECT_EQ(workload.programming.ramps.set.start_V, (std::vector<double>{1, 1.5}));
  EXPECT_EQ(workload.programming.ramps.set.stop_V, std::vector<double>{3});
}

TEST(ReadWorkload, DecimalCommaInFlow) {
  const std::string mistakes = mistakes_of(read(minimal + "hardware: {adc_low: -0,3}\n"));
  EXPECT_THAT(mistakes, HasSubstr("a decimal comma? the decimal mark is '.'"));
}

TEST(ReadWorkload, MissingKeys) {
  const std::string mistakes = mistakes_of(read("seed: 1\n"));
  EXPECT_THAT(mistakes, HasSubstr("w.yaml: key 'schema' is missing"));
  EXPECT_THAT(mistakes, HasSubstr("key 'network.builtin' or 'network.onnx' is missing"));
  EXPECT_THAT(mistakes, HasSubstr("key 'dataset.name' is missing (which images; one of glyphs, mnist)"));
  EXPECT_THAT(mistakes, HasSubstr("key 'device.card' is missing"));
  EXPECT_EQ(read("seed: 1\n").mistakes.size(), 4U);
}

TEST(ReadWorkload, NotAGroup) {
  EXPECT_THAT(mistakes_of(read("[1, 2]")), HasSubstr("a workload is a group of keys"));
  EXPECT_THAT(mistakes_of(read("")), HasSubstr("w.yaml: the file is empty"));
}

TEST(ReadWorkload, BothNetworks) {
  const std::string text =
      "schema: swimsim-workload/1\nnetwork: {builtin: lenet, onnx: CMakeLists.txt}\ndataset: {name: glyphs}\ndevice: {card: swim_pulse}\n";
  ReadOptions options;
  options.words = words();
  const std::string mistakes = mistakes_of(read_workload({text, "w.yaml", "w", SWIMSIM_SOURCE_DIR}, options));
  EXPECT_THAT(mistakes, HasSubstr("both 'network.builtin' and 'network.onnx' are given"));
}

TEST(ReadWorkload, OnlyABuiltInNetworkHasAWidth) {
  ReadOptions options;
  options.words = words();
  const auto mistakes = [&](const std::string& network) {
    const std::string rest = "\ndataset: {name: glyphs}\ndevice: {card: swim_pulse}\n";
    return mistakes_of(
        read_workload({"schema: swimsim-workload/1\nnetwork: " + network + rest, "w.yaml", "w", SWIMSIM_SOURCE_DIR}, options));
  };
  EXPECT_EQ(mistakes("{builtin: lenet, width: 12}"), "");
  EXPECT_THAT(mistakes("{onnx: CMakeLists.txt, width: 12}"), HasSubstr("an ONNX network has the width that it was exported with"));
}

TEST(ReadWorkload, AllMistakesAtOnceInOrder) {
  const WorkloadOrErrors result = read(R"(schema: swimsim-workload/2
network: {builtin: lenet5}
dataset: {name: mnist, mean: [0.1, 0.2]}
device: {card: swim_pulse, set: {sigma_dtd: 0.2, v_set: 1.2}}
hardware: {clock: 10, adc_bitz: 6}
selection: {fractions: [1, 0.5]}
)",
                                       {"evaluate.trails=3"});
  ASSERT_EQ(result.mistakes.size(), 9U) << mistakes_of(result);
  for (std::size_t i = 1; i + 1 < result.mistakes.size(); ++i) EXPECT_LE(result.mistakes[i - 1].place.line, result.mistakes[i].place.line);
  EXPECT_EQ(to_string(result.mistakes.back()), "--set evaluate.trails: unknown key 'trails' in 'evaluate'; did you mean 'trials'?");
}

TEST(ReadWorkload, ScalarCauseHidesItsConsequences) {
  // A wrong tile_cols must not be followed by a complaint that its default does not fit the mux.
  EXPECT_EQ(read(minimal + "mapping: {tile_cols: wide}\nhardware: {column_mux: 24}\n").mistakes.size(), 1U);
}

TEST(ReadWorkload, CellsThatCountCyclesHaveNoCoarsePhase) {
  const std::string text =
      "schema: swimsim-workload/1\nnetwork: {builtin: lenet}\ndataset: {name: glyphs}\ndevice: {card: swim_gaussian}\n"
      "programming: {scheme: counted, blind: coarse_verify}\n";
  EXPECT_THAT(mistakes_of(read(text)), HasSubstr("blind 'coarse_verify' does not fit device card 'swim_gaussian'"));
}

TEST(ReadWorkload, GaussianWantsCountedScheme) {
  const std::string text =
      "schema: swimsim-workload/1\nnetwork: {builtin: lenet}\ndataset: {name: glyphs}\ndevice: {card: swim_gaussian}\n";
  EXPECT_THAT(
      mistakes_of(read(text)),
      HasSubstr("scheme 'incremental' does not fit device card 'swim_gaussian', whose cells count cycles; schemes that fit: counted"));
  EXPECT_EQ(mistakes_of(read(text + "programming: {scheme: counted}\n")), "");
}

TEST(ReadWorkload, ConductanceRangeMustBeOne) {
  EXPECT_THAT(mistakes_of(read(minimal, {"device.set.g_max=10 uS"})),
              HasSubstr("smallest conductance, 20 uS, must lie below its largest, 10 uS"));
}

TEST(ReadWorkload, MissingFileSaysWhereItLooked) {
  const std::string text = "schema: swimsim-workload/1\nnetwork: {onnx: no.onnx}\ndataset: {name: glyphs}\ndevice: {card: swim_pulse}\n";
  ReadOptions options;
  options.words = words();
  options.data_folder = "/data_x";
  options.model_folder = "/models_x";
  const std::string mistakes = mistakes_of(read_workload({text, "w.yaml", "w", "/folder_x"}, options));
  EXPECT_THAT(mistakes,
              HasSubstr("w.yaml:2:17: there is no ONNX file 'no.onnx'; looked for /folder_x/no.onnx, /data_x/no.onnx, /models_x/no.onnx"));
  EXPECT_THAT(mistakes, Not(HasSubstr("missing")));
}

TEST(Overrides, ReplaceAndAdd) {
  const Workload workload = sound(minimal, {"seed=7", "device.set.sigma_d2d=0.3", "selection.selectors=[swim, all]", "hardware.clock=20 ns",
                                            "selection.images=5", "selection.images=6", "trace={rows: 0..3}"});
  EXPECT_EQ(workload.seed, 7U);
  EXPECT_EQ(workload.card.number("sigma_d2d"), 0.3);
  EXPECT_THAT(workload.selection.selectors, ElementsAre("swim", "all"));
  EXPECT_EQ(workload.hardware.clock_ps, 20'000);
  EXPECT_EQ(workload.selection.images, 6);
  EXPECT_EQ(workload.trace->row_last, 3);
}

TEST(Overrides, MistakesNameTheArgument) {
  EXPECT_THAT(mistakes_of(read(minimal, {"hardware.clock=20"})), HasSubstr("--set hardware.clock: hardware.clock: '20' lacks its unit"));
  EXPECT_THAT(mistakes_of(read(minimal, {"hardware.clok=20 ns"})),
              HasSubstr("--set hardware.clok: unknown key 'clok' in 'hardware'; did you mean 'clock'?"));
  EXPECT_THAT(mistakes_of(read(minimal, {"seed="})), HasSubstr("--set seed: no value after '='"));
  EXPECT_THAT(mistakes_of(read(minimal, {"selection.selectors=[swim"})), HasSubstr("--set selection.selectors: not valid YAML"));
  EXPECT_THAT(mistakes_of(read(minimal, {"device.set.sigma=1"})),
              HasSubstr("--set device.set.sigma: card 'swim_pulse' has no parameter 'sigma'"));
  for (const char* broken : {"seed", "=1", "a..b=1", ".a=1", "a b=1", ""}) EXPECT_THROW(parse_override(broken), InputError) << broken;
}

TEST(Overrides, OnnxReplacesTheBuiltInNetwork) {
  const std::string path = (std::filesystem::path(testing::TempDir()) / ("swimsim_" + std::to_string(getpid()) + ".onnx")).string();
  std::ofstream(path) << "x";
  const Workload workload = sound(minimal, {"network.onnx=" + path});
  EXPECT_EQ(workload.network.onnx, path);
  EXPECT_EQ(workload.network.builtin, "");
  EXPECT_FALSE(workload.network.train.has_value());
  EXPECT_TRUE(sound(minimal, {"network.onnx=" + path, "network.train.epochs=2"}).network.train.has_value());
  std::filesystem::remove(path);
}

TEST(ResolvedYaml, IsAFixedPoint) {
  for (const std::string& text :
       {minimal, minimal + "trace: {to: 30 us}\nselection: {loop: {step: 10 %}}\nprogramming: {tolerance: 1.7 uS}\n"}) {
    const std::string resolved = resolved_yaml(sound(text, {"device.set.sigma_d2d=0.31"}));
    EXPECT_EQ(resolved_yaml(sound(resolved)), resolved);
    EXPECT_THAT(resolved, HasSubstr("sigma_d2d: 0.31"));
    EXPECT_THAT(resolved, HasSubstr("  clock: 10 ns\n"));
    EXPECT_THAT(resolved, HasSubstr("  set:\n"));
  }
}

TEST(ResolvedYaml, KeepsTheSourcesOfTheCard) {
  const Workload again = sound(resolved_yaml(sound(minimal)));
  EXPECT_THAT(again.card.find("step")->kind, "fitted");
}

TEST(BuiltinWorkloads, AreSoundAndSayWhatTheyAre) {
  // Of a network in a file only the file is looked for.
  const std::filesystem::path models = std::filesystem::temp_directory_path() / ("swimsim_models_" + std::to_string(getpid()));
  std::filesystem::create_directories(models);
  for (const char* name : {"convnet_cifar10.onnx", "resnet18_cifar10.onnx"}) std::ofstream(models / name) << "-";
  for (const EmbeddedFile& file : builtin_workloads()) {
    ReadOptions options;
    options.words = words();
    options.words.datasets.emplace_back("cifar-10");
    options.words.networks.emplace_back("resnet18");
    options.model_folder = models.string();
    const WorkloadOrErrors result = read_workload(find_workload(std::string(file.name)), options);
    EXPECT_EQ(mistakes_of(result), "");
    EXPECT_EQ(file.text.substr(0, 2), "# ");
  }
  std::filesystem::remove_all(models);
}

TEST(FindWorkload, SuggestsNames) {
  try {
    find_workload("lenet_glyph");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("neither a file nor built in; did you mean 'lenet_glyphs'?"));
  }
}

TEST(DescribeKeys, EveryKeyIsExplained) {
  const auto descriptions = describe_keys(words());
  EXPECT_GT(descriptions.size(), 50U);
  for (const KeyDescription& key : descriptions) {
    EXPECT_FALSE(key.description.empty()) << key.path;
    EXPECT_FALSE(key.type.empty()) << key.path;
  }
}

}  // namespace
}  // namespace swimsim
