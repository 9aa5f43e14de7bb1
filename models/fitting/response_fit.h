#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/fitting/fit_plan.h"

namespace swimsim {

/// The median device, stepped by the kernel itself. Its mean step is that without scatter, but where the bounds of the cell cut an
/// additive scatter off: there the mean is taken over the kernel's own noise.
class MeanCell {
 public:
  MeanCell(const Card& card, double step_sigma_S);
  /// Mean conductance after one pulse on a cell that stands at g_S.
  double after(double g_S, const MeasuredPulse& pulse);

 private:
  std::unique_ptr<Device> device_;
  double low_S_, high_S_;  ///< between them no bound is near
  bool scatters_;
  Eigen::VectorXf noise_;
  Eigen::VectorXd share_;
  std::vector<float> g_now_S_, volts_V_;
  std::vector<std::int8_t> polarity_;
  std::vector<std::uint8_t> active_;
  std::vector<std::vector<float>> variation_, state_;
  CellRow row_;
};

/// Least squares over some runs. Every reading is predicted from those before it: after a reading the predicted cell goes a share (the
/// gain) of the way to what was read. Gain 0 is the free curve from the first reading; gain 1 predicts single steps. The right gains are
/// Kalman's, which follow from how wide readings and steps scatter; with them the errors are independent, and standard errors hold.
class ResponseFit {
 public:
  ResponseFit(bool scatter_grows, Card card, std::vector<const MeasuredRun*> runs, double range_S);

  std::size_t readings() const { return readings_; }  ///< those that are predicted: all but the first of each run

  const std::vector<const MeasuredRun*>& runs() const { return runs_; }

  /// Free curve, or single steps: the same gain everywhere, all readings equally heavy.
  void use_gain(double gain);
  /// Gains and weights for a scatter, at the present card.
  void use_scatter(const Scatter& scatter);
  /// The scatter that makes the present card's errors most likely.
  Scatter likeliest_scatter() const;

  /// Moves these parameters of the card to the least sum of squares, by Levenberg and Marquardt.
  void minimize(const std::vector<FreeParameter>& free);
  /// Derivatives of the weighted errors by the parameters, each in units of its tolerance.
  Eigen::MatrixXd jacobian(const std::vector<FreeParameter>& free) const;
  /// The same without the readings that are predicted at a bound of the cell: they say that the bound lies there or beyond, not where.
  Eigen::MatrixXd telling_jacobian(const std::vector<FreeParameter>& free) const;
  /// Weighted errors (read - predicted) over the range, one for each reading.
  Eigen::VectorXd errors() const { return errors_of(card_); }
  double sum_of_squares() const { return errors().squaredNorm(); }

  /// Predicted conductance before each pulse's reading was looked at, [run][pulse]; the first is what was read.
  std::vector<std::vector<double>> predictions() const;

  const Card& card() const { return card_; }
  void set(const std::string& parameter, double value);

 private:
  struct Filter {
    double log_likelihood_twice = 0;  ///< but for a constant
    double scale = 1;                 ///< variance of the errors over that of the filter
    std::vector<double> gain, weight;
  };
  Filter filter(const Scatter& scatter, bool keep) const;
  Eigen::VectorXd errors_of(const Card& card) const;

  bool scatter_grows_;
  Card card_;
  std::vector<const MeasuredRun*> runs_;
  double range_S_;
  std::size_t readings_ = 0;
  double step_sigma_S_ = 0;            ///< of an additive scatter
  std::vector<double> gain_, weight_;  ///< one for each pulse but the first of each run
};

/// A parameter's value in the search scale, in units of its tolerance, and back.
double search_value(const FreeParameter& parameter, double value);
double card_value(const FreeParameter& parameter, double searched);

}  // namespace swimsim
