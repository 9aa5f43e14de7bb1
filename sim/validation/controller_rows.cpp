// Row 20: clock cycles of a word, by the controller and by hand.

#include "models/array/mapping.h"
#include "models/programming/direct_datapath.h"
#include "models/programming/tile_controller.h"
#include "sim/validation/validation_rows.h"

namespace swimsim {

namespace {

constexpr std::int64_t kClock_ps = 10'000;
constexpr std::int64_t kSetup = 16;  ///< cycles: every setup register of EMBER's bring-up configuration
constexpr int kPulseCode = 15;
constexpr int kWord = 48;
constexpr int kPulses = 3;

/// EMBER's width code: a 5-bit mantissa shifted by a 3-bit exponent, in clock cycles.
constexpr std::int64_t pulse_cycles(int code) { return static_cast<std::int64_t>(code & 31) << (code >> 5); }

/// How EMBER's registers become our timings. Its post-read setup is our time of a conversion; a decision is one cycle on top.
ProgrammingTiming ember_timing() {
  ProgrammingTiming timing;
  timing.clock_ps = kClock_ps;
  timing.row_settle_ps = kSetup * kClock_ps;     // idle_to_init_write
  timing.read_settle_ps = kSetup * kClock_ps;    // step_read
  timing.convert_ps = kSetup * kClock_ps;        // post_read
  timing.read_to_write_ps = kSetup * kClock_ps;  // read_to_init_write
  timing.dac_settle_ps = kSetup * kClock_ps;     // step_write
  timing.pulse_ps = pulse_cycles(kPulseCode) * kClock_ps;
  timing.write_to_read_ps = kSetup * kClock_ps;  // write_to_init_read
  return timing;
}

/// The same by hand, state after state: select, first read, then three pulses, each with its read.
std::int64_t hand_trace() {
  const std::int64_t select = 16;
  const std::int64_t first_read = 16 + 16 + 1;  // settle, convert, decide
  const std::int64_t write = 16 + 16 + 15;      // turn around, DACs settle, pulse
  const std::int64_t read = 16 + 16 + 16 + 1;   // turn around, settle, convert, decide
  return select + first_read + kPulses * (write + read);
}

/// A word of equal cells without scatter: each pulse is a quarter of the range, targets at 0.7 are passed by the third.
std::vector<double> word_cycles(const ValidationSettings& settings) {
  Card card = validation_card("swim_pulse", settings);
  for (const char* spread : {"sigma_d2d", "sigma_c2c", "sigma_blind", "sigma_read", "sigma_relax"}) card.find(spread)->value = 0.0;
  card.find("step")->value = 0.25;
  MappingOptions options;
  options.weight_bits = options.bits_per_device = 8;
  options.code_max = 255;
  const Mapping mapping({{"word", kWord, 1}}, options);
  const auto device = find_kernel(card.kernel)->make(card, {});
  const std::vector<std::vector<std::int32_t>> codes(1, std::vector<std::int32_t>(kWord, 178));  // 0.7 of 255
  const double range_S = device->g_max_S() - device->g_min_S();
  const auto scheme = find_scheme("incremental")->make({0.06 * range_S});
  ArrayParameters parameters;
  parameters.adc = Adc(14, device->g_min_S() - range_S, device->g_max_S() + range_S);
  TileArray array(mapping, 0, codes, *device, parameters);
  DirectDatapath datapath(array);
  TileController::Options controller_options;
  controller_options.timing = ember_timing();
  controller_options.column_mux = 1;  // the word is converted at once
  std::vector<std::int16_t> group;
  for (int col = 0; col < array.cols(); ++col) group.push_back(static_cast<std::int16_t>(col % 2 == 0 ? 0 : -1));
  TileController controller(array, datapath, *scheme, group, controller_options);
  std::int64_t time_ps = 0;
  controller.begin_verify(0);
  while (!controller.done()) time_ps += controller.step();
  return {static_cast<double>(time_ps) / static_cast<double>(kClock_ps)};
}

}  // namespace

std::vector<ValidationExperiment> controller_rows() {
  const auto expected = static_cast<double>(hand_trace());
  return {{"a word of 48 cells, each three SET pulses of code 15 (15 cycles of 10 ns), every setup 16 cycles, one conversion for the word",
           {{"20", "cycles of a word", 'U', "EMBER's registers", std::to_string(hand_trace()), around(expected, 0)}},
           word_cycles}};
}

}  // namespace swimsim
