// The checker of timing rules bites: legal logs, written by hand, and for every rule one that breaks it and nothing else.
#include "tests/support/timing_rules.h"

#include <gtest/gtest.h>

#include <vector>

namespace swimsim {
namespace {

using testing::LoggedAction;
using testing::TimingRule;
using testing::TimingRules;
using testing::TimingViolation;
using Kind = LoggedAction::Kind;
using Log = std::vector<LoggedAction>;

constexpr std::int64_t kClock_ps = 10'000;

TimingRules::Options options() {
  TimingRules::Options options;
  // Every time has its own length, in ns: clock 10, row 20, DAC 30, blind 100, pulse 50, polarity 40, write-to-read 60, read settle 70,
  // convert 75, read-to-write 90, read-after-write 110, erase 500, compare 15.
  options.timing = {10'000, 20'000, 30'000, 100'000, 50'000, 40'000, 60'000, 70'000, 75'000, 90'000, 110'000, 500'000, 15'000};
  options.max_attempts = 1;
  options.g_max_S = 60e-6;
  return options;
}

LoggedAction at(std::int64_t start_ns, Kind kind, int row = 0) {
  LoggedAction action;
  action.kind = kind;
  action.start_ps = start_ns * 1000;
  action.row = row;
  return action;
}

LoggedAction pulse_at(std::int64_t start_ns, int polarity) {
  LoggedAction action = at(start_ns, Kind::pulse);
  action.polarity = polarity;
  action.cells = {{0, polarity > 0 ? +1 : 0, 1.5, 1}, {1, polarity < 0 ? -1 : 0, 1.5, 1}};
  return action;
}

LoggedAction decide_at(std::int64_t start_ns, std::vector<LoggedAction::Cell> going_on) {
  LoggedAction action = at(start_ns, Kind::decide);
  action.cells = std::move(going_on);
  return action;
}

LoggedAction read_at(std::int64_t start_ns, std::int64_t since_write_ns) {
  LoggedAction action = at(start_ns, Kind::read);
  action.since_write_ps = since_write_ns * 1000;
  return action;
}

/// A row of two cells in two mux groups, read, pulsed both ways, read again.
enum VerifyStep { select, first_read, left, right, decided, set_pulse, reset_pulse, second_read, left_again, right_again, done, end };
Log verify_log() {
  return {at(0, Kind::select_row),
          read_at(20, -1),
          at(90, Kind::convert),
          at(170, Kind::convert),
          decide_at(250, {{0}, {1}}),
          pulse_at(250 + 10 + 90 + 30, +1),
          pulse_at(380 + 50 + 40 + 30, -1),
          read_at(550, 60 + 110 + 70),
          at(790, Kind::convert),
          at(870, Kind::convert),
          decide_at(950, {}),
          at(960, Kind::end)};
}

/// Two rows, erased and written blind.
enum BlindStep { select_0, erase_0, blind_0, select_1, erase_1, blind_1, blind_end };
Log blind_log() {
  return {at(0, Kind::select_row, 0),   at(20, Kind::erase, 0),  at(20 + 30 + 500 + 30, Kind::blind_write, 0),
          at(680, Kind::select_row, 1), at(700, Kind::erase, 1), at(1260, Kind::blind_write, 1),
          at(1360, Kind::end, 1)};
}

/// One read by comparators: the first group is compared twice.
enum CompareStep { compare_select, compare_read, compare_left, compare_right, compare_end };
Log compare_log() {
  Log log{at(0, Kind::select_row), at(20, Kind::read), at(90, Kind::convert), at(130, Kind::convert), at(150, Kind::end)};
  log[compare_left].second = true;
  return log;
}

/// Moves action `index` and all that follow so that it comes `gap_ns` after the one before. What a cell is told of its age stays true.
Log with_gap(Log log, std::size_t index, std::int64_t gap_ns) {
  const std::int64_t by_ps = log[index - 1].start_ps + gap_ns * 1000 - log[index].start_ps;
  for (std::size_t i = index; i < log.size(); ++i) log[i].start_ps += by_ps;
  for (const std::size_t read : {index - 1, index}) {
    if (log[read].kind == Kind::read) log[read].since_write_ps += by_ps;
  }
  return log;
}

std::vector<TimingRule> broken(const Log& log, const TimingRules::Options& with = options()) {
  std::vector<TimingRule> rules;
  for (const TimingViolation& violation : TimingRules::check(log, with)) rules.push_back(violation.rule);
  return rules;
}

std::vector<TimingRule> only(TimingRule rule) { return {rule}; }

TimingRules::Options comparing() {
  TimingRules::Options with = options();
  with.compares = true;
  return with;
}

TEST(TimingRules, AcceptLegalLogs) {
  EXPECT_EQ(broken(verify_log()), std::vector<TimingRule>{});
  EXPECT_EQ(broken(blind_log()), std::vector<TimingRule>{});
  EXPECT_EQ(broken(compare_log(), comparing()), std::vector<TimingRule>{});
}

TEST(TimingRules, SayWhereAndByHowMuch) {
  const auto found = TimingRules::check(with_gap(verify_log(), left, 50), options());
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rule, TimingRule::read_settle);
  EXPECT_EQ(found[0].at_ps, 70'000);
  EXPECT_EQ(found[0].by_ps, 20'000);
}

TEST(TimingRules, NameAnActionOffTheClock) {
  Log log = verify_log();
  for (LoggedAction& action : log) action.start_ps += 1;
  EXPECT_EQ(broken(log), std::vector<TimingRule>(log.size(), TimingRule::clock));
}

TEST(TimingRules, NameAReadOfARowThatIsNotSelected) {
  Log log = compare_log();
  log.erase(log.begin());
  EXPECT_EQ(broken(log, comparing()), std::vector<TimingRule>(3, TimingRule::open_row));  // the read and two comparisons
}

TEST(TimingRules, NameAPulseOnAnotherRow) {
  Log log = verify_log();
  log[set_pulse].row = 1;
  EXPECT_EQ(broken(log), only(TimingRule::open_row));
}

TEST(TimingRules, NameAShortRowSettleBeforeARead) {
  EXPECT_EQ(broken(with_gap(verify_log(), first_read, 10)), only(TimingRule::row_settle));
}

TEST(TimingRules, NameAShortRowSettleBeforeAWrite) { EXPECT_EQ(broken(with_gap(blind_log(), erase_0, 10)), only(TimingRule::row_settle)); }

TEST(TimingRules, NameAShortDacSettleAfterARead) {
  EXPECT_EQ(broken(with_gap(verify_log(), set_pulse, 10 + 90 + 30 - 10)), only(TimingRule::dac_settle));
}

TEST(TimingRules, NameAShortDacSettleAfterAPolaritySwitch) {
  EXPECT_EQ(broken(with_gap(verify_log(), reset_pulse, 50 + 40 + 30 - 10)), only(TimingRule::dac_settle));
}

TEST(TimingRules, NameAShortDacSettleAfterAnErase) {
  EXPECT_EQ(broken(with_gap(blind_log(), blind_1, 30 + 500 + 30 - 10)), only(TimingRule::dac_settle));
}

TEST(TimingRules, NameAPulseThatIsCutShort) { EXPECT_EQ(broken(with_gap(verify_log(), second_read, 40)), only(TimingRule::pulse_width)); }

TEST(TimingRules, NameAPortionThatIsLeftOut) {
  TimingRules::Options with = options();
  with.write_current_limit_A = 50e-6;  // 1.5 V times 60 uS take two portions
  const Log log = with_gap(with_gap(verify_log(), reset_pulse, 2 * 50 + 40 + 30), second_read, 2 * 50);
  Log untold = log;
  untold[second_read].since_write_ps = verify_log()[second_read].since_write_ps;  // counted from the end of the portions
  EXPECT_EQ(broken(untold, with), std::vector<TimingRule>{});
  untold = with_gap(untold, second_read, 2 * 50 - 10);
  EXPECT_EQ(broken(untold, with), only(TimingRule::pulse_width));
}

TEST(TimingRules, NameAWidePulseThatIsCutShort) {
  Log log = verify_log();
  log[reset_pulse].cells[1].width = 1.2;  // 60 ns
  log[second_read].since_write_ps -= kClock_ps;
  EXPECT_EQ(broken(log), only(TimingRule::pulse_width));
}

TEST(TimingRules, NameBothPolaritiesAtOnce) {
  EXPECT_EQ(broken(with_gap(verify_log(), reset_pulse, 40)), only(TimingRule::both_polarities));
}

TEST(TimingRules, NameAShortPolaritySwitch) {
  EXPECT_EQ(broken(with_gap(verify_log(), reset_pulse, 50 + 40 - 10)), only(TimingRule::polarity_switch));
}

TEST(TimingRules, NameABlindWriteThatIsCutShort) {
  EXPECT_EQ(broken(with_gap(blind_log(), select_1, 90)), only(TimingRule::blind_pulse_width));
}

TEST(TimingRules, NameAnEraseThatIsCutShort) {
  EXPECT_EQ(broken(with_gap(blind_log(), blind_0, 30 + 500 - 10)), only(TimingRule::erase_time));
}

TEST(TimingRules, NameAShortWriteToRead) {
  EXPECT_EQ(broken(with_gap(verify_log(), left_again, 60 - 10)), only(TimingRule::write_to_read));
}

TEST(TimingRules, NameAShortReadAfterWrite) {
  EXPECT_EQ(broken(with_gap(verify_log(), left_again, 60 + 110 - 10)), only(TimingRule::read_after_write));
}

TEST(TimingRules, NameAShortReadSettle) { EXPECT_EQ(broken(with_gap(verify_log(), left, 60)), only(TimingRule::read_settle)); }

TEST(TimingRules, NameAWrongAgeOfACell) {
  Log log = verify_log();
  log[second_read].since_write_ps -= kClock_ps;
  EXPECT_EQ(broken(log), only(TimingRule::time_since_write));
}

TEST(TimingRules, NameAShortConversion) {
  EXPECT_EQ(broken(with_gap(verify_log(), right, 70)), only(TimingRule::conversion));
  EXPECT_EQ(broken(with_gap(verify_log(), done, 70)), only(TimingRule::conversion));
}

TEST(TimingRules, NameAShortComparison) {
  EXPECT_EQ(broken(with_gap(compare_log(), compare_end, 10), comparing()), only(TimingRule::comparison));
}

TEST(TimingRules, NameASecondComparisonThatIsLeftOut) {
  EXPECT_EQ(broken(with_gap(compare_log(), compare_right, 20), comparing()), only(TimingRule::comparison));
}

TEST(TimingRules, NameADecisionThatTakesNoTime) { EXPECT_EQ(broken(with_gap(verify_log(), end, 0)), only(TimingRule::decision)); }

TEST(TimingRules, NameAShortReadToWrite) {
  EXPECT_EQ(broken(with_gap(verify_log(), set_pulse, 10 + 90 - 10)), only(TimingRule::read_to_write));
}

TEST(TimingRules, NameAPulseOnACellThatIsDone) {
  Log log = verify_log();
  log[decided].cells = {{1}};
  EXPECT_EQ(broken(log), only(TimingRule::done_cell));
}

TEST(TimingRules, NameACycleTooMany) {
  TimingRules::Options with = options();
  with.max_attempts = 0;
  EXPECT_EQ(broken(verify_log(), with), only(TimingRule::attempts));
}

TEST(TimingRules, NameEveryWaitOfAClockTooMuch) {
  const auto loose = [](const Log& log, const TimingRules::Options& with) {
    for (std::size_t i = 1; i < log.size(); ++i) {
      const std::int64_t gap_ns = (log[i].start_ps - log[i - 1].start_ps) / 1000;
      Log slow = with_gap(log, i, gap_ns + 10);
      if (log[i].kind == Kind::read)
        slow[i] = read_at(slow[i].start_ps / 1000, log[i].since_write_ps / 1000 + (log[i - 1].kind == Kind::pulse ? 10 : 0));
      EXPECT_EQ(broken(slow, with), only(TimingRule::tight)) << "before action " << i;
    }
  };
  loose(verify_log(), options());
  loose(blind_log(), options());
  loose(compare_log(), comparing());
}

TEST(TimingRules, RoundUpPartByPart) {
  TimingRules::Options with = options();
  with.timing.write_to_read_ps = 55'000;  // 60 + 110 + 70 as before, although 55 + 105 + 70 would fit into 230
  with.timing.read_after_write_ps = 105'000;
  EXPECT_EQ(broken(verify_log(), with), std::vector<TimingRule>{});
}

TEST(TimingRules, AWholeTileIsErasedOnce) {
  TimingRules::Options with = options();
  with.erase_by_row = false;
  EXPECT_EQ(broken(blind_log(), with), only(TimingRule::tight));
  EXPECT_EQ(broken(with_gap(blind_log(), blind_1, 30), with), std::vector<TimingRule>{});
}

}  // namespace
}  // namespace swimsim
