#include "sim/study/stop_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <tuple>

#include "sim/engine/statistics.h"

namespace swimsim {

namespace {

struct Metric {
  const char* name;
  double (*of)(const TrialRow& row);
};

constexpr Metric kMetrics[] = {
    {"accuracy", [](const TrialRow& row) { return row.accuracy; }},
    {"nwc", [](const TrialRow& row) { return row.nwc; }},
    {"time_s", [](const TrialRow& row) { return static_cast<double>(row.time_ps) * 1e-12; }},
    {"energy_J", [](const TrialRow& row) { return static_cast<double>(row.energy_aJ) * 1e-18; }},
};

const Metric& metric_of(const StopRule& rule) {
  for (const Metric& metric : kMetrics) {
    if (rule.of == metric.name) return metric;
  }
  throw std::logic_error("stop rule: no metric " + rule.of);
}

}  // namespace

const std::vector<std::string>& stop_rule_metrics() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> list;
    for (const Metric& metric : kMetrics) list.emplace_back(metric.name);
    return list;
  }();
  return names;
}

double widest_half_width(const StopRule& rule, const std::vector<TrialRow>& rows) {
  const Metric& metric = metric_of(rule);
  std::map<std::tuple<std::string, bool, double>, std::vector<double>> values;  // two prices may have one fraction
  for (const TrialRow& row : rows) {
    const bool looked_at =
        (rule.selector.empty() || row.selector == rule.selector) && (!rule.fraction || (!row.price && row.fraction == *rule.fraction));
    if (looked_at) values[{row.selector, row.price.has_value(), row.price.value_or(row.fraction)}].push_back(metric.of(row));
  }
  double widest = values.empty() ? std::numeric_limits<double>::infinity() : 0;
  for (const auto& [where, sample] : values) {
    if (sample.size() < 2) return std::numeric_limits<double>::infinity();
    const SampleSummary summary = summarize(sample);
    widest = std::max(widest, (summary.ci95_high - summary.ci95_low) / 2);
  }
  return widest;
}

bool is_narrow_enough(const StopRule& rule, const std::vector<TrialRow>& rows) {
  return widest_half_width(rule, rows) <= rule.ci95_half_width;
}

double widest_accuracy_half_width(const std::vector<TrialRow>& rows) { return widest_half_width(StopRule{}, rows); }

}  // namespace swimsim
