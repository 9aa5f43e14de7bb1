#include "sim/report/terminal_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/report/findings.h"
#include "sim/report/human_units.h"

namespace swimsim {
namespace {

constexpr std::size_t kColumnLimit = 100;
constexpr std::size_t kLongestName = 20;

using Line = std::vector<std::string>;

std::string accuracy_text(const ProgrammingRow& row) {
  if (row.trials < 2) return percent(row.accuracy_mean) + " %";
  const double half = (row.accuracy_ci95_high - row.accuracy_ci95_low) / 2;
  return fmt::format("{} +- {} %", percent(row.accuracy_mean), percent(half));
}

std::string ascii_name(const std::string& name) {
  std::string plain;
  for (char c : name) plain += c >= 0x20 && c < 0x7F ? c : '?';
  return plain.size() <= kLongestName ? plain : plain.substr(0, kLongestName - 2) + "..";
}

Line line_of(const ProgrammingRow& row, const std::optional<FullRun>& full) {
  const bool share = full && full->time_s > 0;
  return {ascii_name(row.selector),
          fraction_text(row.fraction),
          fmt::format("{:.3f}", row.nwc),
          count_text(row.pulses),
          engineering(row.time_s, "s", Charset::ascii),
          share ? percent(row.time_s / full->time_s, 1) + " %" : "-",
          engineering(row.energy_J, "J", Charset::ascii),
          accuracy_text(row)};
}

}  // namespace

std::string aligned_table(const std::vector<Line>& lines, const std::string& sides, std::size_t longest) {
  std::vector<std::size_t> width(lines.front().size(), 0);
  for (const Line& line : lines) {
    for (std::size_t c = 0; c < line.size(); ++c) width[c] = std::max(width[c], line[c].size());
  }
  std::string text;
  for (const Line& line : lines) {
    std::string row;
    for (std::size_t c = 0; c < line.size(); ++c) {
      const bool left = c < sides.size() && sides[c] == 'l';
      row += (c > 0 ? "  " : "") + (left ? fmt::format("{:<{}}", line[c], width[c]) : fmt::format("{:>{}}", line[c], width[c]));
    }
    const std::string cut = row.substr(0, longest);
    text += cut.substr(0, cut.find_last_not_of(' ') + 1) + "\n";
    if (&line == &lines.front()) text += std::string(std::min(row.size(), longest), '-') + "\n";
  }
  return text;
}

std::string terminal_table(const RunResults& results) {
  if (results.programming.empty()) return "no programming was finished\n";
  const std::optional<FullRun> full = full_run(results);
  std::vector<Line> lines{{"selector", "fraction", "NWC", "pulses", "time", "of full", "energy", "accuracy"}};
  int trials = 0;
  for (const ProgrammingRow& row : results.programming) {
    lines.push_back(line_of(row, full));
    trials = std::max(trials, row.trials);
  }
  std::string text = aligned_table(lines, "l", kColumnLimit);
  if (trials > 1) text += fmt::format("accuracy: mean of {} trials +- half of its 95 % interval; time includes the blind write\n", trials);
  if (results.synthetic_images) text += "the images are synthetic: these accuracies say nothing about a real data set\n";
  return text;
}

}  // namespace swimsim
