#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace swimsim {

/// What a phase has to do in one tile.
struct TileWork {
  std::size_t tile = 0;
  std::int64_t rows = 0, cells = 0;  ///< that it works on
  /// In the order of its time: a row costs its set-up and, as it waits for its slowest cell, the more the more cells it has.
  std::int64_t weight = 0;
  bool empty() const { return cells == 0; }
  void add_row(std::int64_t cells_of_row);
};

/// A slot that waits for its share of the chip's write current.
struct PulseRequest {
  std::size_t slot = 0;
  std::int64_t current_nA = 0;  ///< for the next pulse of its row
  std::int64_t work_left = 0;   ///< weight of what is left of the slot's list
};

/// Who programs when, where tiles share a chip: which tiles a slot takes, and which of the waiting pulses goes next when the write current
/// of the chip is limited. Decides by its arguments alone.
class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// Lists for `slots` slots that program at the same time, each in its order; every tile of `work` is in one of them. Static: who is done
  /// early does not take from others, so that a tile's time does not depend on the others' unless they share something.
  virtual std::vector<std::vector<TileWork>> deal(const std::vector<TileWork>& work, std::size_t slots) const;

  /// Index in `waiting` (ascending slots, not empty) of the pulse that begins now, or kNobody. `free_nA` is what is left of the budget;
  /// `last` the slot that was served last, kNobody before the first.
  virtual std::size_t choose(const std::vector<PulseRequest>& waiting, std::int64_t free_nA, std::size_t last) const = 0;

  static constexpr std::size_t kNobody = ~std::size_t{0};
};

struct SchedulerKind {
  std::string_view name;
  std::string_view title;
  const Scheduler* scheduler = nullptr;
};

/// All schedulers, in a fixed order. A new one is one file in schedulers/ and one line in scheduler.cpp.
const std::vector<SchedulerKind>& scheduler_kinds();
const SchedulerKind* find_scheduler(std::string_view name);

}  // namespace swimsim
