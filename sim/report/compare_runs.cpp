#include "sim/report/compare_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "models/common/errors.h"
#include "models/common/yaml_document.h"
#include "sim/report/csv_table.h"
#include "sim/report/human_units.h"
#include "sim/report/result_manifest.h"
#include "sim/report/terminal_table.h"

namespace swimsim {

namespace {

struct Quantity {
  const char *name, *column, *unit;
  double scale;
};
constexpr Quantity kQuantities[] = {
    {"accuracy", "accuracy", "", 1}, {"time", "time_ps", "s", 1e-12},         {"energy", "energy_aJ", "J", 1e-18},    {"NWC", "nwc", "", 1},
    {"pulses", "pulses", "", 1},     {"verify reads", "verify_reads", "", 1}, {"failed cells", "failed_cells", "", 1}};

/// Of one run: values by trial, of each point and quantity.
struct Trials {
  /// A fraction that came out of a price is none to find a point by.
  struct Point {
    std::string selector;
    double fraction = 0;
    std::optional<double> price{};
    bool operator<(const Point& o) const { return std::tie(selector, fraction, price) < std::tie(o.selector, o.fraction, o.price); }
  };
  std::map<Point, std::map<std::int64_t, std::vector<double>>> values;
  std::size_t trials = 0;

  Trials(const ResultManifest& run, const std::string& path) {
    const CsvTable table(run.text_of("trials.csv"), path);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      std::vector<double> of_row;
      for (const Quantity& quantity : kQuantities) of_row.push_back(table.number(row, quantity.column) * quantity.scale);
      auto& point = values[point_of(table, row)];
      point[table.integer(row, "trial", 0, 1 << 24)] = std::move(of_row);
      trials = std::max(trials, point.size());
    }
  }

 private:
  static Point point_of(const CsvTable& table, std::size_t row) {
    const std::string& selector = table.text(row, "selector");
    if (!table.has("price") || table.text(row, "price").empty()) return {selector, table.number(row, "fraction")};
    return {selector, 0, table.number(row, "price")};
  }
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of the mean: variance over number.
double squared_error(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of(values);
  const auto add = [mean](double sum, double value) { return sum + (value - mean) * (value - mean); };
  const double n = static_cast<double>(values.size());
  return std::accumulate(values.begin(), values.end(), 0.0, add) / (n - 1) / n;
}

/// Interval and p-value of a difference with this standard error.
void judge(double squared_error_of_difference, double freedom, Comparison& comparison) {
  comparison.low = comparison.high = comparison.difference;
  const double error = std::sqrt(squared_error_of_difference);
  if (!(error > 1e-12 * std::fabs(comparison.difference)) || !(freedom > 0)) {
    comparison.p = comparison.difference == 0 ? 1 : 0;
    return;
  }
  const boost::math::students_t_distribution<double> student(freedom);
  const double half = boost::math::quantile(boost::math::complement(student, 0.025)) * error;
  comparison.low -= half;
  comparison.high += half;
  comparison.p = 2 * boost::math::cdf(boost::math::complement(student, std::fabs(comparison.difference) / error));
}

void compare_paired(const std::vector<double>& a, const std::vector<double>& b, Comparison& comparison) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(b[i] - a[i]);
  comparison.difference = mean_of(differences);
  judge(squared_error(differences), static_cast<double>(a.size()) - 1, comparison);
}

/// Welch (Biometrika 34, 1947).
void compare_apart(const std::vector<double>& a, const std::vector<double>& b, Comparison& comparison) {
  const double of_a = squared_error(a), of_b = squared_error(b), sum = of_a + of_b;
  const auto share = [](double error, std::size_t n) { return n > 1 ? error * error / static_cast<double>(n - 1) : 0.0; };
  const double shares = share(of_a, a.size()) + share(of_b, b.size());
  comparison.difference = comparison.b - comparison.a;
  judge(sum, shares > 0 ? sum * sum / shares : 0, comparison);
}

void flatten(const YamlNode& node, const std::string& path, std::map<std::string, std::string>& out) {
  if (node.kind == YamlNode::Kind::mapping) {
    for (const YamlEntry& entry : node.entries) flatten(entry.value, path.empty() ? entry.key : path + "." + entry.key, out);
    return;
  }
  std::string text = node.text;
  if (node.kind == YamlNode::Kind::sequence) {
    for (const YamlNode& item : node.items) text += (text.empty() ? "[" : ", ") + item.text;
    text += text.empty() ? "[]" : "]";
  }
  out[path] = text;
}

std::map<std::string, std::string> settings_of(const ResultManifest& run, const std::string& path) {
  std::map<std::string, std::string> settings;
  flatten(parse_yaml(run.text_of("workload.resolved.yaml", kLargestYamlBytes), path).root, "", settings);
  settings.erase("name");
  return settings;
}

std::vector<SettingDifference> differences_of(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
  std::vector<SettingDifference> differences;
  const auto value = [](const std::map<std::string, std::string>& settings, const std::string& key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string("-") : found->second;
  };
  std::map<std::string, std::string> keys = a;
  keys.insert(b.begin(), b.end());
  for (const auto& [key, text] : keys) {
    if (value(a, key) != value(b, key)) differences.push_back({key, value(a, key), value(b, key)});
  }
  return differences;
}

std::string name_of(const Trials::Point& point) {
  return fmt::format("{} {}", point.selector, point_text(point.selector, point.fraction, point.price));
}

std::string value_text(const Comparison& comparison, double value) {
  if (comparison.quantity == "accuracy") return percent(value) + " %";
  return comparison.unit.empty() ? significant(value, 4) : engineering(value, comparison.unit, Charset::ascii);
}

}  // namespace

std::vector<bool> holm(const std::vector<double>& p_values, double level) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<bool> small(p_values.size(), false);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (p_values[order[i]] > level / static_cast<double>(order.size() - i)) break;
    small[order[i]] = true;
  }
  return small;
}

RunComparison compare_runs(const std::string& folder_a, const std::string& folder_b) {
  const ResultManifest run_a(folder_a), run_b(folder_b);
  const Trials a(run_a, folder_a + "/trials.csv"), b(run_b, folder_b + "/trials.csv");
  RunComparison result;
  result.name_a = run_a.name();
  result.name_b = run_b.name();
  result.trials_a = a.trials;
  result.trials_b = b.trials;
  result.paired = run_a.seed() == run_b.seed() && a.trials == b.trials;
  result.settings = differences_of(settings_of(run_a, folder_a), settings_of(run_b, folder_b));
  for (const auto& [point, trials_a] : a.values) {
    const auto found = b.values.find(point);
    if (found == b.values.end()) {
      result.points_of_one.push_back(name_of(point) + ", in A only");
      continue;
    }
    for (std::size_t q = 0; q < std::size(kQuantities); ++q) {
      std::vector<double> values_a, values_b;
      for (const auto& [trial, values] : trials_a) values_a.push_back(values[q]);
      for (const auto& [trial, values] : found->second) values_b.push_back(values[q]);
      Comparison comparison{point.selector,      point.fraction,    point.price,      kQuantities[q].name,
                            kQuantities[q].unit, mean_of(values_a), mean_of(values_b)};
      if (result.paired && values_a.size() == values_b.size()) {
        compare_paired(values_a, values_b, comparison);
      } else {
        compare_apart(values_a, values_b, comparison);
      }
      result.comparisons.push_back(comparison);
    }
  }
  for (const auto& [point, trials] : b.values) {
    if (a.values.count(point) == 0) result.points_of_one.push_back(name_of(point) + ", in B only");
  }
  if (result.comparisons.empty()) throw InputError("swimsim compare: the two results have no selector and fraction in common");
  std::vector<double> p_values;
  for (const Comparison& comparison : result.comparisons) p_values.push_back(comparison.p);
  const std::vector<bool> beyond = holm(p_values, 0.05);
  for (std::size_t i = 0; i < beyond.size(); ++i) result.comparisons[i].beyond_noise = beyond[i];
  return result;
}

std::string compare_text(const RunComparison& comparison, bool all) {
  std::string text =
      fmt::format("A  {}, {} trial{}\nB  {}, {} trial{}\n", comparison.name_a, comparison.trials_a, comparison.trials_a == 1 ? "" : "s",
                  comparison.name_b, comparison.trials_b, comparison.trials_b == 1 ? "" : "s");
  if (std::min(comparison.trials_a, comparison.trials_b) < 2)
    text += "One trial says nothing of noise: whatever is not equal counts as a difference.\n";
  text += comparison.settings.empty() ? "\nThe workloads are the same.\n" : "\n";
  if (!comparison.settings.empty()) {
    std::vector<std::vector<std::string>> lines = {{"setting", "A", "B"}};
    for (const SettingDifference& setting : comparison.settings) lines.push_back({setting.key, setting.a, setting.b});
    text += aligned_table(lines, "lll", 140);
  }
  std::vector<std::vector<std::string>> lines = {{"selector", "fraction", "quantity", "A", "B", "B - A", "95 % interval", ""}};
  std::size_t beyond = 0;
  for (const Comparison& one : comparison.comparisons) {
    beyond += one.beyond_noise ? 1 : 0;
    if (!all && !one.beyond_noise) continue;
    lines.push_back({one.selector, point_text(one.selector, one.fraction, one.price), one.quantity, value_text(one, one.a),
                     value_text(one, one.b), value_text(one, one.difference),
                     fmt::format("{} to {}", value_text(one, one.low), value_text(one, one.high)), one.beyond_noise ? "differs" : ""});
  }
  text += fmt::format("\n{} of {} comparisons differ beyond noise ({}, 5 % for all together by Holm's procedure).\n", beyond,
                      comparison.comparisons.size(), comparison.paired ? "trial by trial" : "two independent samples");
  if (lines.size() > 1) text += aligned_table(lines, "lrlrrrrl", 140);
  for (const std::string& point : comparison.points_of_one) text += point + "\n";
  return text;
}

}  // namespace swimsim
