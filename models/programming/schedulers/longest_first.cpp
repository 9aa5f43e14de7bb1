// longest_first: the tiles with most work first, each to the slot that has least; of the slots that wait, the one with most work left
// pulses first, and nobody overtakes it.

#include <algorithm>

#include "models/programming/schedulers/schedulers.h"

namespace swimsim {

namespace {

class LongestFirst final : public Scheduler {
 public:
  std::vector<std::vector<TileWork>> deal(const std::vector<TileWork>& work, std::size_t slots) const override {
    return deal_longest_first(work, slots);
  }
  std::size_t choose(const std::vector<PulseRequest>& waiting, std::int64_t free_nA, std::size_t) const override {
    const auto longest = std::max_element(waiting.begin(), waiting.end(),
                                          [](const PulseRequest& a, const PulseRequest& b) { return a.work_left < b.work_left; });
    return longest->current_nA <= free_nA ? static_cast<std::size_t>(longest - waiting.begin()) : kNobody;
  }
};

}  // namespace

SchedulerKind longest_first_scheduler() {
  static const LongestFirst scheduler;
  return {"longest_first", "most work first, to the slot that has least; the slot with most work left pulses first", &scheduler};
}

}  // namespace swimsim
