// row_packed: tiles as in longest_first; of the rows that wait, the one with the largest current that still fits pulses first, so that
// small ones fill what large ones leave of the budget. A large one may wait for long while small ones go by.

#include "models/programming/schedulers/schedulers.h"

namespace swimsim {

namespace {

class RowPacked final : public Scheduler {
 public:
  std::vector<std::vector<TileWork>> deal(const std::vector<TileWork>& work, std::size_t slots) const override {
    return deal_longest_first(work, slots);
  }
  std::size_t choose(const std::vector<PulseRequest>& waiting, std::int64_t free_nA, std::size_t) const override {
    std::size_t best = kNobody;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].current_nA <= free_nA && (best == kNobody || waiting[i].current_nA > waiting[best].current_nA)) best = i;
    }
    return best;
  }
};

}  // namespace

SchedulerKind row_packed_scheduler() {
  static const RowPacked scheduler;
  return {"row_packed", "most work first, to the slot that has least; the largest row that fits the write current pulses first",
          &scheduler};
}

}  // namespace swimsim
