// tile_after_tile: slot s takes tiles s, s + slots, ... in order; the lowest slot that waits goes first, and nobody overtakes it.

#include "models/programming/schedulers/schedulers.h"

namespace swimsim {

namespace {

class TileAfterTile final : public Scheduler {
 public:
  std::size_t choose(const std::vector<PulseRequest>& waiting, std::int64_t free_nA, std::size_t) const override {
    return waiting.front().current_nA <= free_nA ? 0 : kNobody;
  }
};

}  // namespace

SchedulerKind tile_after_tile_scheduler() {
  static const TileAfterTile scheduler;
  return {"tile_after_tile", "tiles in order, slot s takes s, s + slots, ...; the lowest slot pulses first", &scheduler};
}

}  // namespace swimsim
