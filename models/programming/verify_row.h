#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/array/tile_array.h"
#include "models/programming/scheme.h"
#include "models/programming/tolerance_class.h"
#include "models/programming/worth_class.h"

namespace swimsim {

/// What a controller knows of the cells of its tile, row by row, beside their targets; null where nobody asks.
struct CellKnowledge {
  const std::vector<std::uint32_t>* worth = nullptr;
  const std::vector<std::uint8_t>* tolerance_class = nullptr;
  std::array<float, kToleranceClasses> tolerance_S{};  ///< of each class
};

/// The cells of the open row under write-verify, side by side: what their controller believes of each and does with it next. Padded to
/// whole vectors with lanes that are not active; cells that are done leave early. Several rows that are open at once lie one after the
/// other.
class VerifyRow {
 public:
  explicit VerifyRow(int column_mux) : column_mux_(column_mux) {}

  /// The open cells of `array`, all active, from wherever they are. Row r has cells [row_first[r], row_first[r + 1]) of them, group after
  /// group of the column mux.
  void begin(const std::vector<std::size_t>& row_first, const TileArray& array, bool varies_width, const CellKnowledge& known = {});
  void clear();

  std::size_t lanes() const { return column_.size(); }
  int left() const { return left_; }      ///< active cells
  int sets() const { return sets_; }      ///< of them, those that get a SET pulse next
  int resets() const { return resets_; }  ///< and a RESET pulse

  /// How many of the open rows do what next: a controller has one row open and spends the time of a step or not, a driver that waits for
  /// nobody spends that of all its rows.
  struct Rows {
    int active = 0;      ///< have active cells
    int firing = 0;      ///< have cells that get a pulse
    int setting = 0;     ///< a SET pulse
    int resetting = 0;   ///< a RESET pulse
    int turning = 0;     ///< both
    int pulsed = 0;      ///< have had a pulse since they were begun, or get one next
    int converting = 0;  ///< groups of the column mux with active cells, of all rows
  };
  const Rows& rows() const { return rows_; }
  /// One of several: which of the rows that were begun it is, and its own part of the counts.
  struct Row {
    std::size_t number = 0;
    Rows does;
  };
  /// Empty where a single row was begun; rows that are done may be missing.
  const std::vector<Row>& each_row() const { return each_row_; }

  /// As the datapath is told of them.
  RowCells cells() const;
  /// As a scheme sees them; `erases`: how often the row has been erased on its own since it was selected.
  RowUnderVerify view(const TileArray& array, int erases);

  /// Takes what a read's codes say as what is believed.
  void believe(const std::uint16_t* codes, const ArrayParameters& parameters);
  /// Adds what is believed to the reads of this verify before it; the last one makes it their mean.
  void average(int read, int reads);

  /// Takes the cells out that the scheme gives up (all, if `used_up`) and calls `leave_behind` with the lane of each.
  template <class LeaveBehind>
  void give_up(bool used_up, const LeaveBehind& leave_behind) {
    if (!used_up && !any_failed()) return;
    for (std::size_t i = 0; i < lanes(); ++i) {
      if (!active_[i] || !(used_up || failed_[i])) continue;
      leave_behind(i);
      active_[i] = 0;
    }
    failed_.assign(lanes(), 0);
  }
  /// Takes the cells out that are not worth their next cycle: in each row first the groups of the column mux that are not worth their
  /// conversion (`group_ps`), then the row if what stays is not worth the cycle, whose length `cycle_ps` tells of what a row does next.
  /// Calls `leave_behind` with the lane of each; returns whether there were any.
  template <class CycleTime, class LeaveBehind>
  bool leave_unpaid(const RowPrice& price, std::int64_t group_ps, const CycleTime& cycle_ps, const LeaveBehind& leave_behind) {
    bool any = false;
    const auto leave = [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        if (!active_[i]) continue;
        leave_behind(i);
        active_[i] = 0;
        fires_[i] = 0;
        any = true;
      }
    };
    for (std::size_t r = 0; r + 1 < row_first_.size(); ++r) {
      const std::size_t row_last = row_first_[r + 1];
      std::uint64_t worth = 0;
      for (std::size_t first = row_first_[r], last = first; first < row_last; first = last) {
        last = group_end(first, row_last);
        const std::uint64_t of_group = worth_between(first, last);
        price.pays(of_group, group_ps) ? void(worth += of_group) : leave(first, last);
      }
      const Rows row = count_row(r);
      if (row.active > 0 && !price.pays(worth, cycle_ps(row))) leave(row_first_[r], row_last);
    }
    return any;
  }
  /// Counts those that are left, and drops the others from here and from the open row: a matter of speed, a cell that is not active takes
  /// part in nothing.
  void drop_done(TileArray& array);
  /// Which cells fire next. One write DAC for the row: a cycle serves one polarity and the lowest amplitude that is asked for.
  void choose_fire(bool one_dac_a_row);

  /// The longest relative width of the pulses of this polarity, and their current if every cell conducts `g_S`.
  struct Load {
    float width = 0;
    double current_A = 0;
  };
  Load load(int polarity, double g_S) const;

  /// Cells [group_first(m), group_first(m + 1)) are those of group m of the column mux; of one open row.
  std::size_t group_first(int group) const { return group_first_[static_cast<std::size_t>(group)]; }
  /// The first group from `from` on that has an active cell; the number of groups if there is none.
  int next_mux_group(int from) const;

 private:
  bool any_failed() const;
  void activate(std::size_t cells, std::size_t lanes);
  void choose_fire_of_row();
  void close_ranks(const KeptCells& kept);
  void keep_rows();
  void find_groups(std::size_t cells);
  void count_rows();
  Rows count_row(std::size_t row) const;
  std::size_t group_end(std::size_t first, std::size_t row_last) const;
  std::uint64_t worth_between(std::size_t first, std::size_t last) const;
  int groups_between(std::size_t first, std::size_t last) const;

  int column_mux_;
  bool varies_width_ = false;
  std::vector<int> column_;
  std::vector<std::uint8_t> active_, complete_, failed_, pulsed_, stage_;
  std::vector<std::uint16_t> ramp_step_, reversals_;
  std::vector<std::int8_t> polarity_, fires_;
  std::vector<float> amplitude_V_, width_, believed_S_, memory_S_, sum_S_, target_S_;
  std::vector<float> tolerance_S_;        ///< empty where nobody asks
  std::vector<std::uint32_t> worth_;      ///< empty where nobody asks
  std::vector<std::size_t> group_first_;  ///< of each mux group of a single row, in the arrays above; one more at the end
  std::vector<std::uint64_t> group_bit_;  ///< of each cell: 1 << its mux group; of up to 64 groups
  std::vector<std::size_t> row_first_;    ///< of each row, in the arrays above; one more at the end
  std::vector<std::uint8_t> row_pulsed_;  ///< of each row
  std::vector<Row> each_row_;
  Rows rows_;
  int left_ = 0, sets_ = 0, resets_ = 0;
  int served_ = 0;  ///< one write DAC a row: the polarity that it serves at present
};

}  // namespace swimsim
