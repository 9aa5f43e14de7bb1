#include "sim/report/findings.h"

#include <algorithm>
#include <map>

#include "sim/engine/statistics.h"

namespace swimsim {
namespace {

using AccuracyByTrial = std::map<std::uint32_t, double>;

/// Of a selector whose points are fractions: what comes out of a price is a fraction that no other selector has.
std::map<double, AccuracyByTrial> accuracies(const RunResults& results, const std::string& selector) {
  std::map<double, AccuracyByTrial> by_fraction;
  for (const TrialRow& row : results.trials) {
    if (row.selector == selector && !row.price) by_fraction[row.fraction][row.trial] = row.accuracy;
  }
  return by_fraction;
}

std::vector<double> differences(const AccuracyByTrial& one, const AccuracyByTrial& other) {
  std::vector<double> list;
  for (const auto& [trial, accuracy] : one) {
    const auto found = other.find(trial);
    if (found != other.end()) list.push_back(accuracy - found->second);
  }
  return list;
}

PairedDifference student(const std::vector<double>& values) {
  const SampleSummary summary = summarize(values);
  PairedDifference result;
  result.trials = static_cast<int>(values.size());
  result.mean = summary.mean;
  if (values.size() > 1) result.ci95 = {summary.ci95_low, summary.ci95_high};
  return result;
}

}  // namespace

std::optional<FullRun> full_run(const RunResults& results) {
  const ProgrammingRow* full = nullptr;
  for (const ProgrammingRow& row : results.programming) {
    if (row.selector == "in_situ") continue;  // its fraction is one of pulses, nothing is verified
    if (row.fraction == 1 && (!full || (row.selector == "all" && full->selector != "all"))) full = &row;
  }
  if (full) return FullRun{full->time_s, full->energy_J, full};
  const Statistic* time = find_statistic(results, "full_time_s");
  const Statistic* energy = find_statistic(results, "full_energy_J");
  if (!time || !energy) return std::nullopt;
  return FullRun{time->value, energy->value, nullptr};
}

const Statistic* find_statistic(const RunResults& results, const std::string& key) {
  for (const Statistic& statistic : results.summary) {
    if (statistic.key == key) return &statistic;
  }
  return nullptr;
}

std::vector<std::string> selector_names(const RunResults& results) {
  std::vector<std::string> names;
  for (const ProgrammingRow& row : results.programming) {
    if (std::find(names.begin(), names.end(), row.selector) == names.end()) names.push_back(row.selector);
  }
  return names;
}

std::string leading_selector(const RunResults& results) {
  const std::vector<std::string> names = selector_names(results);
  if (std::find(names.begin(), names.end(), "swim") != names.end()) return "swim";
  for (const ProgrammingRow& row : results.programming) {
    if (row.fraction > 0 && row.fraction < 1) return row.selector;
  }
  return names.empty() ? "" : names.front();
}

const ProgrammingRow* cheapest_within(const RunResults& results, const std::string& selector, const ProgrammingRow& full, double drop) {
  const ProgrammingRow* cheapest = nullptr;
  for (const ProgrammingRow& row : results.programming) {
    if (row.selector != selector || row.accuracy_mean < full.accuracy_mean - drop) continue;
    if (!cheapest || row.fraction < cheapest->fraction) cheapest = &row;
  }
  return cheapest;
}

std::vector<PairedDifference> paired_differences(const RunResults& results) {
  std::vector<std::string> names = selector_names(results);
  std::stable_partition(names.begin(), names.end(),
                        [leader = leading_selector(results)](const std::string& name) { return name == leader; });
  std::vector<PairedDifference> list;
  for (std::size_t first = 0; first < names.size(); ++first) {
    const auto own = accuracies(results, names[first]);
    for (std::size_t second = first + 1; second < names.size(); ++second) {
      const auto others = accuracies(results, names[second]);
      for (const auto& [fraction, trials] : own) {
        const auto found = others.find(fraction);
        if (found == others.end() || fraction <= 0 || fraction >= 1) continue;
        const std::vector<double> values = differences(trials, found->second);
        if (values.empty()) continue;
        PairedDifference difference = student(values);
        difference.selector = names[first];
        difference.other = names[second];
        difference.fraction = fraction;
        list.push_back(difference);
      }
    }
  }
  return list;
}

}  // namespace swimsim
