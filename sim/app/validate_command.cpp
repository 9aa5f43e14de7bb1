#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/app/isaac_read.h"
#include "sim/report/csv_files.h"
#include "sim/report/human_units.h"
#include "sim/report/terminal_table.h"
#include "sim/validation/validation_row.h"

namespace swimsim {

namespace {

using Results = std::vector<ValidationResult>;

constexpr std::size_t kWidestTable = 160;

std::string simulated_text(const ValidationResult& result) { return result.simulated ? significant(*result.simulated, 4) : "-"; }

std::vector<std::string> cells_of(const ValidationResult& result) {
  const ValidationFigure& figure = result.figure;
  return {figure.row,           figure.what,
          figure.source,        std::string(1, figure.kind),
          figure.published,     simulated_text(result),
          figure.accepted.text, verdict_name(result.verdict)};
}

const std::vector<std::string> kTitles = {"row", "figure", "source", "kind", "published", "simulated", "accepted", "verdict"};

std::string terminal_text(const Results& results) {
  std::vector<std::vector<std::string>> lines{kTitles};
  for (const ValidationResult& result : results) lines.push_back(cells_of(result));
  return aligned_table(lines, "llllrrrl", kWidestTable);
}

/// Rows of one experiment share a reason or a set-up: each is said once.
std::string notes(const Results& results, std::string ValidationResult::*note, const std::string& indent) {
  std::string text;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string& says = results[i].*note;
    if (says.empty() || (i > 0 && results[i - 1].*note == says)) continue;
    std::size_t last = i;
    while (last + 1 < results.size() && results[last + 1].*note == says) ++last;
    const std::string& first_row = results[i].figure.row;
    text += fmt::format("{}{}: {}\n", indent, last == i ? first_row : first_row + " to " + results[last].figure.row, says);
  }
  return text;
}

std::string limit_text(double limit) { return std::isfinite(limit) ? significant(limit, 6) : ""; }

std::string csv_text(const Results& results) {
  std::string csv = "row,figure,source,kind,published,simulated,low,high,verdict,reason,set_up\n";
  for (const ValidationResult& result : results) {
    const ValidationFigure& figure = result.figure;
    csv += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", figure.row, csv_field(figure.what), csv_field(figure.source), figure.kind,
                       csv_field(figure.published), result.simulated ? fmt::format("{}", *result.simulated) : "",
                       limit_text(figure.accepted.low), limit_text(figure.accepted.high), verdict_name(result.verdict),
                       csv_field(result.reason), csv_field(result.set_up));
  }
  return csv;
}

std::string markdown_text(const Results& results) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) text += "| " + cell + " ";
    text += "|\n";
  };
  add(kTitles);
  add(std::vector<std::string>(kTitles.size(), "---"));
  for (const ValidationResult& result : results) add(cells_of(result));
  const std::string reasons = notes(results, &ValidationResult::reason, "- ");
  return text + "\nSet-ups:\n\n" + notes(results, &ValidationResult::set_up, "- ") + (reasons.empty() ? "" : "\nReasons:\n\n" + reasons);
}

std::vector<ValidationExperiment> wanted_experiments(const std::vector<int>& rows) {
  std::vector<ValidationExperiment> wanted = validation_experiments();
  const int last = row_number(wanted.back());
  for (const int row : rows) {
    if (row < 1 || row > last) throw InputError(fmt::format("--row: {} is not a row of the table, 1 to {}", row, last));
  }
  const auto unwanted = [&](const ValidationExperiment& experiment) {
    return !rows.empty() && std::none_of(rows.begin(), rows.end(), [&](int row) { return has_row(experiment, row); });
  };
  wanted.erase(std::remove_if(wanted.begin(), wanted.end(), unwanted), wanted.end());
  return wanted;
}

int count(const Results& results, Verdict verdict) {
  return static_cast<int>(std::count_if(results.begin(), results.end(), [&](const auto& result) { return result.verdict == verdict; }));
}

}  // namespace

int validate_command(const ValidateArguments& arguments) {
  ValidationSettings settings;
  settings.seed = arguments.seed;
  settings.data_folder = arguments.data_folder;
  settings.isaac_read = isaac_read;
  Results results;
  for (const ValidationExperiment& experiment : wanted_experiments(arguments.rows)) {
    const Results more = run_experiment(experiment, settings);
    results.insert(results.end(), more.begin(), more.end());
  }
  if (!arguments.csv.empty()) write_file_atomically(arguments.csv, csv_text(results));
  if (!arguments.markdown.empty()) write_file_atomically(arguments.markdown, markdown_text(results));

  fmt::print("{}", terminal_text(results));
  const std::string reasons = notes(results, &ValidationResult::reason, "  ");
  if (!reasons.empty()) fmt::print("\nreasons\n{}", reasons);
  const int outside = count(results, Verdict::outside);
  fmt::print("\n{} figures: {} within, {} outside, {} outside for a known reason, {} not run\n", results.size(),
             count(results, Verdict::within), outside, count(results, Verdict::known_failure), count(results, Verdict::not_run));
  fmt::print("kinds: C the card was fitted to it, no evidence; U identity of a formula; H held out; T trend only\n");
  return outside > 0 ? kExitOutside : kExitDone;
}

}  // namespace swimsim
