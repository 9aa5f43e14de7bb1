// Whatever the reads say: no pulse above the ramp's stop, no done cell comes back, acceptance means within the tolerance.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "tests/support/small_chip.h"

namespace swimsim {
namespace {

constexpr int kColumns = 24;

RC_GTEST_PROP(PulseSchemes, KeepTheirPromisesOnAnyReads, ()) {
  Card card = testing::shipped_card("reram_neurram_like");
  card.find("set_step")->value = *rc::gen::element(0.0, 0.025, 0.1, 0.7);
  const auto device = find_kernel(card.kernel)->make(card, {});
  SchemeOptions options;
  options.tolerance_S = *rc::gen::element(0.25e-6, 1e-6, 4e-6);
  options.max_reversals = *rc::gen::inRange(0, 5);
  const std::string name =
      *rc::gen::element<std::string>("fixed", "ispp", "set_reset", "reset_on_overshoot", "incremental_width", "two_step", "predictive");
  const auto scheme = find_scheme(name)->make(options);

  std::vector<float> target(kColumns), believed(kColumns), amplitude(kColumns), memory(kColumns);
  std::vector<std::uint8_t> complete(kColumns), active(kColumns), failed(kColumns), stage(kColumns);
  std::vector<std::int8_t> polarity(kColumns);
  std::vector<std::uint16_t> step(kColumns), reversals(kColumns);
  for (int col = 0; col < kColumns; ++col) {
    target[col] = static_cast<float>(*rc::gen::inRange(0, 48)) * 1e-6f;
    active[col] = *rc::gen::arbitrary<bool>();
  }
  RowUnderVerify row;
  row.columns = kColumns;
  row.target_S = target.data();
  row.believed_S = believed.data();
  row.complete = complete.data();
  const std::vector<std::uint8_t> pulsed(kColumns, 1);
  std::vector<float> width(kColumns, 1);
  row.pulsed = pulsed.data();
  row.width = width.data();
  row.active = active.data();
  row.polarity = polarity.data();
  row.amplitude_V = amplitude.data();
  row.failed = failed.data();
  row.step = step.data();
  row.reversals = reversals.data();
  row.stage = stage.data();
  row.memory_S = memory.data();

  const int cycles = *rc::gen::inRange(1, 40);
  for (int cycle = 0; cycle < cycles; ++cycle) {
    for (float& read : believed) read = static_cast<float>(*rc::gen::inRange(0, 96)) * 0.5e-6f;
    const std::vector<std::uint8_t> before = active;
    if (cycle == 0) {
      scheme->begin(*device, row);
    } else {
      scheme->decide(*device, row);
    }
    for (int col = 0; col < kColumns; ++col) {
      RC_ASSERT(active[col] <= before[col]);
      if (!before[col]) {
        RC_ASSERT(!failed[col]);
        continue;
      }
      const bool inside = std::fabs(believed[col] - target[col]) <= static_cast<float>(options.tolerance_S);
      RC_ASSERT(inside || active[col]);
      const bool may_go_on_inside = name == "predictive" && cycle > 0;
      RC_ASSERT(!inside || !active[col] || may_go_on_inside);
      if (active[col] && !failed[col]) {
        const bool may_reset = name == "reset_on_overshoot";  // a ramp that ends too low
        RC_ASSERT(inside || polarity[col] == (believed[col] < target[col] ? 1 : -1) || (may_reset && polarity[col] < 0));
        RC_ASSERT(amplitude[col] >= static_cast<float>(device->ramp(polarity[col]).start_V));
        RC_ASSERT(amplitude[col] <= static_cast<float>(device->ramp(polarity[col]).stop_V * (1 + 1e-6)));
        RC_ASSERT(reversals[col] <= options.max_reversals);
      }
      if (failed[col]) active[col] = failed[col] = 0;  // as the controller does
    }
  }
}

}  // namespace
}  // namespace swimsim
