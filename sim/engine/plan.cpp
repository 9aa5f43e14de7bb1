#include "sim/engine/plan.h"

#include <algorithm>

#include "models/selection/selector.h"

namespace swimsim {

namespace {

std::vector<double> fractions_of(const std::string& selector, const std::vector<double>& fractions) {
  if (selector == "all") return {1.0};
  if (selector == "none") return {0.0};
  return fractions;
}

/// Whether its points are values of something else than a fraction.
bool has_knob(const std::string& selector) { return find_selector(selector)->pays || find_selector(selector)->loosens; }

}  // namespace

Plan make_plan(const Workload& workload, std::int64_t things) {
  Plan plan;
  std::vector<PlannedProgramming> trial;
  const auto add = [&](std::size_t selector, std::int64_t selected, bool loop) {
    trial.push_back({0, selector, selected, loop, 0, 0, 0});
    return trial.size() - 1;
  };
  /// Nothing but all of it for 0: at no price, or with no looseness.
  const auto add_knob = [&](std::size_t selector, double PlannedProgramming::*knob, double value) {
    if (value == 0) return plan.all;
    const std::size_t offset = add(selector, things, false);
    trial.back().*knob = value;
    return offset;
  };
  plan.none = add(0, 0, false);
  plan.all = add(0, things, false);

  const std::vector<std::string>& selectors = workload.selection.selectors;
  for (std::size_t s = 0; s < selectors.size(); ++s) {
    if (has_knob(selectors[s])) {
      const bool pays = find_selector(selectors[s])->pays;
      std::vector<double> values = pays ? workload.selection.prices : workload.selection.looseness;
      std::reverse(values.begin(), values.end());  // as fractions go: from little to much
      for (const double value : values) {
        plan.points.push_back({selectors[s], 0, value});
        plan.programming_of.push_back(add_knob(s, pays ? &PlannedProgramming::price : &PlannedProgramming::looseness, value));
      }
      continue;
    }
    for (const double fraction : fractions_of(selectors[s], workload.selection.fractions)) {
      const std::int64_t selected = selected_count(fraction, things);
      plan.points.push_back({selectors[s], fraction, std::nullopt});
      if (find_selector(selectors[s])->trains && fraction > 0) {
        plan.programming_of.push_back(add(s, 0, false));
        trial.back().in_situ_share = fraction;
        continue;
      }
      plan.programming_of.push_back(selected == 0 ? plan.none : selected == things ? plan.all : add(s, selected, false));
    }
  }
  if (workload.selection.loop) {
    for (std::size_t s = 0; s < selectors.size(); ++s) {
      if (selectors[s] == "all" || selectors[s] == "none") continue;  // their fraction is fixed
      if (find_selector(selectors[s])->trains || has_knob(selectors[s])) continue;
      plan.loop_of.push_back(add(s, things, true));
      plan.loop_selectors.push_back(selectors[s]);
    }
  }

  plan.per_trial = trial.size();
  for (int t = 0; t < workload.evaluate.trials; ++t) {
    for (PlannedProgramming programming : trial) {
      programming.trial = static_cast<std::uint32_t>(t);
      plan.programmings.push_back(programming);
    }
  }
  return plan;
}

bool keeps_cells(const Workload& workload, std::int64_t cells) {
  constexpr std::int64_t kKeptByDefault = 1'000'000;
  return workload.results.cells == "yes" || (workload.results.cells == "auto" && cells <= kKeptByDefault);
}

}  // namespace swimsim
