// round_robin: tiles as in tile_after_tile; slots pulse in turn, and nobody overtakes the one whose turn it is.

#include "models/programming/schedulers/schedulers.h"

namespace swimsim {

namespace {

class RoundRobin final : public Scheduler {
 public:
  std::size_t choose(const std::vector<PulseRequest>& waiting, std::int64_t free_nA, std::size_t last) const override {
    std::size_t turn = 0;
    while (last != kNobody && turn < waiting.size() && waiting[turn].slot <= last) ++turn;
    if (turn == waiting.size()) turn = 0;
    return waiting[turn].current_nA <= free_nA ? turn : kNobody;
  }
};

}  // namespace

SchedulerKind round_robin_scheduler() {
  static const RoundRobin scheduler;
  return {"round_robin", "tiles in order; slots pulse in turn", &scheduler};
}

}  // namespace swimsim
