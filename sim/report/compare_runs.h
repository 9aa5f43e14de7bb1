#pragma once

#include <optional>
#include <string>
#include <vector>

namespace swimsim {

/// A key of the two workloads that is not the same.
struct SettingDifference {
  std::string key, a, b;  ///< values as written; "-" where there is none
};

/// One quantity of one point in two runs.
struct Comparison {
  std::string selector;
  double fraction = 0;            ///< where there is a price: 0
  std::optional<double> price{};  ///< as in TrialRow
  std::string quantity, unit;     ///< "accuracy", "", ...
  double a = 0, b = 0;            ///< means over the trials
  double difference = 0;          ///< b - a
  double low = 0, high = 0;       ///< 95 % interval of it, by Student's t; the difference itself where it has no spread
  double p = 1;                   ///< two-sided, of no difference; 0 where nothing varies and they differ
  bool beyond_noise = false;      ///< by Holm's procedure over all comparisons of the two runs, at 5 %
};

struct RunComparison {
  std::string name_a, name_b;
  std::size_t trials_a = 0, trials_b = 0;
  /// Trial by trial: the seeds are the same, hence the noise of a trial. Otherwise by Welch's approximation.
  bool paired = false;
  std::vector<SettingDifference> settings;
  std::vector<Comparison> comparisons;
  std::vector<std::string> points_of_one;  ///< "swim 0.3, in A only"
};

/// Holm (Scandinavian Journal of Statistics 6, 1979): which of the p-values are small enough for a family error of `level`.
std::vector<bool> holm(const std::vector<double>& p_values, double level);

/// What two result folders of `swimsim run` say of the same points. Throws InputError for a folder that is no result, or if they share no
/// point or have fewer than two trials together to tell noise from.
RunComparison compare_runs(const std::string& folder_a, const std::string& folder_b);

/// For a terminal; `all`: also what does not differ.
std::string compare_text(const RunComparison& comparison, bool all);

}  // namespace swimsim
