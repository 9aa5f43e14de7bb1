#pragma once

#include <cmath>
#include <cstdint>
#include <ostream>
#include <set>
#include <stdexcept>
#include <vector>

#include "models/programming/direct_datapath.h"

namespace swimsim::testing {

/// What a tile's datapath was told, and when.
struct LoggedAction {
  struct Cell {
    int column = 0;
    int fires = 0;  ///< +1 SET, -1 RESET, 0 none
    double amplitude_V = 0;
    double width = 1;  ///< of the card's
  };
  enum class Kind { select_row, erase, blind_write, pulse, read, convert, decide, end };

  Kind kind = Kind::end;
  std::int64_t start_ps = 0;
  int row = -1;
  int polarity = 0;                 ///< pulse
  std::size_t written = 0;          ///< blind_write: how many cells
  std::vector<Cell> cells;          ///< under write-verify: pulse, read; decide: those that go on
  bool second = false;              ///< convert: a second comparison
  std::int64_t since_write_ps = 0;  ///< read: what the cell is told of its age
};

/// Spacings, by the times of ProgrammingTiming, and prohibitions.
enum class TimingRule {
  clock,              ///< every action starts with a clock cycle
  open_row,           ///< reads and writes go to the selected row
  row_settle,         ///< select to anything
  dac_settle,         ///< before every write: the write DACs are let go for a read, a polarity, a row
  pulse_width,        ///< a pulse is not cut short; all its portions under a current limit
  both_polarities,    ///< nor does one of the other polarity begin meanwhile
  polarity_switch,    ///< between opposite pulses
  blind_pulse_width,  ///< a blind write is not cut short
  erase_time,         ///< nor is an erase
  write_to_read,      ///< last write of the row to its next read
  read_after_write,   ///< the same, the cell's own delay
  read_settle,        ///< read bias to the first conversion
  time_since_write,   ///< the age that the cell is told is the one it has when it is first converted
  conversion,         ///< of a mux group
  comparison,         ///< of a mux group, one or two
  decision,           ///< one clock cycle
  read_to_write,      ///< last decision to the next write
  done_cell,          ///< a cell that is done gets no pulse
  attempts,           ///< write cycles of a row
  tight,              ///< nothing waits longer than it must
};

struct TimingViolation {
  TimingRule rule;
  std::int64_t at_ps;  ///< start of the action that comes at the wrong time or must not come
  std::int64_t by_ps;  ///< how much too early, or too late (tight); 0 for a prohibition

  friend std::ostream& operator<<(std::ostream& out, const TimingViolation& v) {
    return out << "rule " << static_cast<int>(v.rule) << " at " << v.at_ps << " ps by " << v.by_ps << " ps";
  }
};

/// Checks what a controller did in one phase of one tile, by its own arithmetic. Between two successive actions lie parts, one after the
/// other, each of whole clock cycles; an action that comes too early breaks the first part that is not over, one that comes after the last
/// part waited too long. A row that is selected begins anew: turnarounds are those within a row.
class TimingRules {
 public:
  struct Options {
    ProgrammingTiming timing;
    int max_attempts = 60;
    bool compares = false;
    bool erase_by_row = true;  ///< false: the first erase is that of the whole tile, the others take no time
    double write_current_limit_A = 0;
    double blind_V = 0;
    double g_max_S = 0;  ///< 0: cells that draw no current
  };

  static std::vector<TimingViolation> check(const std::vector<LoggedAction>& log, const Options& options) {
    TimingRules rules(options);
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (i > 0) rules.check_gap(log[i - 1], log[i]);
      rules.check_action(log[i], i > 0 && log[i - 1].kind == Kind::pulse);
    }
    return rules.found_;
  }

 private:
  using Kind = LoggedAction::Kind;
  struct Part {
    TimingRule rule;
    std::int64_t time_ps;
  };

  explicit TimingRules(const Options& options) : options_(options) {}

  static bool is_write(Kind kind) { return kind == Kind::erase || kind == Kind::blind_write || kind == Kind::pulse; }

  void report(TimingRule rule, const LoggedAction& action, std::int64_t by_ps = 0) { found_.push_back({rule, action.start_ps, by_ps}); }

  std::int64_t whole_clocks(std::int64_t time_ps) const {
    const std::int64_t clock_ps = options_.timing.clock_ps, over_ps = time_ps % clock_ps;
    return over_ps == 0 ? time_ps : time_ps - over_ps + clock_ps;
  }

  void check_gap(const LoggedAction& from, const LoggedAction& to) {
    std::int64_t due_ps = from.start_ps;
    for (const Part& part : parts(from, to)) {
      due_ps += whole_clocks(part.time_ps);
      if (to.start_ps < due_ps) return report(part.rule, to, due_ps - to.start_ps);
    }
    if (to.start_ps > due_ps) report(TimingRule::tight, to, to.start_ps - due_ps);
  }

  std::vector<Part> parts(const LoggedAction& from, const LoggedAction& to) const {
    std::vector<Part> parts = parts_of(from);
    const bool turns = from.kind == Kind::pulse && to.kind == Kind::pulse && from.polarity != to.polarity;
    if (turns) parts = {{TimingRule::both_polarities, pulse_ps(from)}, {TimingRule::polarity_switch, options_.timing.polarity_switch_ps}};
    if (is_write(to.kind) && read_since_write_) parts.push_back({TimingRule::read_to_write, options_.timing.read_to_write_ps});
    if (to.kind == Kind::pulse || to.kind == Kind::blind_write) parts.push_back({TimingRule::dac_settle, options_.timing.dac_settle_ps});
    return parts;
  }

  /// What an action takes before anything else may follow.
  std::vector<Part> parts_of(const LoggedAction& action) const {
    const ProgrammingTiming& t = options_.timing;
    switch (action.kind) {
      case Kind::select_row:
        return {{TimingRule::row_settle, t.row_settle_ps}};
      case Kind::erase:
        if (!options_.erase_by_row && erases_ > 1) return {};
        return {{TimingRule::dac_settle, t.dac_settle_ps}, {TimingRule::erase_time, t.erase_ps}};
      case Kind::blind_write:
        return {{TimingRule::blind_pulse_width,
                 t.blind_pulse_ps * portions(static_cast<double>(action.written) * options_.blind_V * options_.g_max_S)}};
      case Kind::pulse:
        return {{TimingRule::pulse_width, pulse_ps(action)}};
      case Kind::read:
        if (!turns_to_read_) return {{TimingRule::read_settle, t.read_settle_ps}};
        return {{TimingRule::write_to_read, t.write_to_read_ps},
                {TimingRule::read_after_write, t.read_after_write_ps},
                {TimingRule::read_settle, t.read_settle_ps}};
      case Kind::convert:
        if (options_.compares) return {{TimingRule::comparison, (action.second ? 2 : 1) * whole_clocks(t.compare_ps)}};
        return {{TimingRule::conversion, t.convert_ps}};
      case Kind::decide:
        return {{TimingRule::decision, t.clock_ps}};
      case Kind::end:
        break;
    }
    return {};
  }

  /// The longest pulse, as often as the current limit makes portions of it with every cell at g_max.
  std::int64_t pulse_ps(const LoggedAction& pulse) const {
    double width = 0, current_A = 0;
    for (const LoggedAction::Cell& cell : pulse.cells) {
      if (cell.fires != pulse.polarity) continue;
      if (cell.width > width) width = cell.width;
      current_A += cell.amplitude_V * options_.g_max_S;
    }
    const auto one_ps = static_cast<std::int64_t>(std::nearbyint(width * static_cast<double>(options_.timing.pulse_ps)));
    return one_ps * portions(current_A);
  }

  std::int64_t portions(double current_A) const {
    std::int64_t portions = 1;
    while (options_.write_current_limit_A > 0 && static_cast<double>(portions) * options_.write_current_limit_A < current_A) ++portions;
    return portions;
  }

  void check_action(const LoggedAction& action, bool follows_pulse) {
    const std::int64_t off_clock_ps = action.start_ps % options_.timing.clock_ps;
    if (off_clock_ps != 0) report(TimingRule::clock, action, off_clock_ps);
    if (is_write(action.kind) || action.kind == Kind::read || action.kind == Kind::convert) {
      if (row_ < 0 || action.row != row_) report(TimingRule::open_row, action);
    }
    if (action.kind == Kind::select_row) select(action.row);
    if (action.kind == Kind::erase) ++erases_;
    if (action.kind == Kind::pulse) check_pulse(action, follows_pulse);
    if (is_write(action.kind)) write(action);
    if (action.kind == Kind::read) read(action);
    if (action.kind == Kind::convert) check_age(action);
    if (action.kind == Kind::decide) {
      decided_ = true;
      going_on_ = columns(action);
    }
  }

  void select(int row) {
    row_ = row;
    decided_ = written_ = read_since_write_ = turns_to_read_ = awaits_conversion_ = false;
    cycles_ = 0;
  }

  void check_pulse(const LoggedAction& pulse, bool follows_pulse) {
    if (!follows_pulse && ++cycles_ > options_.max_attempts) report(TimingRule::attempts, pulse);
    for (const LoggedAction::Cell& cell : pulse.cells) {
      if (cell.fires != 0 && decided_ && going_on_.count(cell.column) == 0) report(TimingRule::done_cell, pulse);
    }
  }

  void write(const LoggedAction& action) {
    if (action.kind != Kind::pulse) decided_ = false;  // an erased row begins anew
    written_ = true;
    read_since_write_ = false;
    written_ps_ = action.start_ps;
    for (const Part& part : parts_of(action)) written_ps_ += whole_clocks(part.time_ps);
  }

  void read(const LoggedAction& action) {
    turns_to_read_ = written_ && !read_since_write_;
    read_since_write_ = true;
    awaits_conversion_ = true;
    told_ps_ = action.since_write_ps;
  }

  void check_age(const LoggedAction& conversion) {
    const std::int64_t age_ps = conversion.start_ps - written_ps_;
    if (awaits_conversion_ && written_ && told_ps_ != age_ps) report(TimingRule::time_since_write, conversion, age_ps - told_ps_);
    awaits_conversion_ = false;
  }

  static std::set<int> columns(const LoggedAction& action) {
    std::set<int> columns;
    for (const LoggedAction::Cell& cell : action.cells) columns.insert(cell.column);
    return columns;
  }

  Options options_;
  std::vector<TimingViolation> found_;
  int row_ = -1, erases_ = 0, cycles_ = 0;
  bool written_ = false, read_since_write_ = false, turns_to_read_ = false, awaits_conversion_ = false, decided_ = false;
  std::int64_t written_ps_ = 0, told_ps_ = 0;
  std::set<int> going_on_;
};

/// The array as datapath, which writes down what it is told.
class LoggingDatapath final : public DirectDatapath {
 public:
  using Kind = LoggedAction::Kind;
  explicit LoggingDatapath(TileArray& array) : DirectDatapath(array), tile_(&array) {}

  /// The controller to its next rest: begin_blind() or begin_verify() has been called.
  std::vector<LoggedAction> run(TileController& controller) {
    log_.clear();
    now_ps_ = 0;
    while (!controller.done()) {
      row_ = controller.row();
      const std::int64_t wait_ps = controller.step();
      if (controller.state() == ControllerState::decide) write_down(Kind::decide).cells = cells_of(controller.row_cells(), false);
      now_ps_ += wait_ps;
    }
    write_down(Kind::end);
    return log_;
  }

  void select_row(int row) override {
    write_down(Kind::select_row).row = row;
    DirectDatapath::select_row(row);
  }
  void erase(std::uint32_t event) override {
    write_down(Kind::erase);
    DirectDatapath::erase(event);
  }
  void blind_write(std::uint32_t event) override {
    write_down(Kind::blind_write).written = tile_->open_cells();
    DirectDatapath::blind_write(event);
  }
  void pulse(int polarity, const RowCells& cells, std::uint32_t event) override {
    LoggedAction& action = write_down(Kind::pulse);
    action.polarity = polarity;
    action.cells = cells_of(cells);
    DirectDatapath::pulse(polarity, cells, event);
  }
  void counted_cycle(const RowCells&) override { throw std::logic_error("a device that counts cycles has no pulses to log"); }
  void read(const RowCells& cells, std::uint32_t event, double since_pulse_s) override {
    LoggedAction& action = write_down(Kind::read);
    action.cells = cells_of(cells);
    action.since_write_ps = since_pulse_s < 1 ? std::llround(since_pulse_s * 1e12) : -1;
    DirectDatapath::read(cells, event, since_pulse_s);
  }
  bool convert(const RowCells& cells, std::size_t first, std::size_t count) override {
    const bool second = DirectDatapath::convert(cells, first, count);
    write_down(Kind::convert).second = second;
    return second;
  }

 private:
  TileArray* tile_;
  LoggedAction& write_down(Kind kind) {
    LoggedAction action;
    action.kind = kind;
    action.start_ps = now_ps_;
    action.row = row_;
    log_.push_back(action);
    return log_.back();
  }

  /// Those under write-verify, and any that fires without being so.
  static std::vector<LoggedAction::Cell> cells_of(const RowCells& cells, bool any_that_fires = true) {
    std::vector<LoggedAction::Cell> logged;
    for (std::size_t i = 0; i < cells.count; ++i) {
      if (!cells.active[i] && !(any_that_fires && cells.fires[i] != 0)) continue;
      logged.push_back({cells.column[i], cells.fires[i], cells.amplitude_V[i], cells.relative_width(i)});
    }
    return logged;
  }

  std::vector<LoggedAction> log_;
  std::int64_t now_ps_ = 0;
  int row_ = -1;
};

}  // namespace swimsim::testing
