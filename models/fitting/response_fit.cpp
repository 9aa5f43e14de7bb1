#include "models/fitting/response_fit.h"

#include <Eigen/Eigenvalues>
#include <unsupported/Eigen/NonLinearOptimization>

#include <algorithm>
#include <cmath>
#include <functional>

namespace swimsim {

namespace {

constexpr double kDerivativeStep = 2e-3;  ///< in tolerances: far above the noise of single precision, far below any curvature
constexpr double kFence = 100;            ///< weight of being out of bounds, errors per tolerance
constexpr double kSlopeStep = 1e-2;       ///< of the range
constexpr double kKink = 0.1;             ///< relative difference of the derivatives on both sides
constexpr double kNearBound = 4;          ///< standard deviations of a step within which its mean is taken over the scatter
constexpr Eigen::Index kNodes = 15;       ///< that this takes
constexpr double kAtBound = 1e-5;         ///< of the range: a prediction that near is the bound itself
constexpr int kMostEvaluations = 400;

/// What Eigen's solver wants to know.
struct Problem {
  using Residuals = std::function<Eigen::VectorXd(const Eigen::VectorXd&)>;
  using Jacobian = std::function<Eigen::MatrixXd(const Eigen::VectorXd&)>;
  Residuals residuals;
  Jacobian derivatives;
  Eigen::Index count;

  using Scalar = double;
  using InputType = Eigen::VectorXd;
  using ValueType = Eigen::VectorXd;
  using JacobianType = Eigen::MatrixXd;
  enum { InputsAtCompileTime = Eigen::Dynamic, ValuesAtCompileTime = Eigen::Dynamic };
  Eigen::Index values() const { return count; }
  int operator()(const Eigen::VectorXd& x, Eigen::VectorXd& f) const {
    f = residuals(x);
    return 0;
  }
  int df(const Eigen::VectorXd& x, Eigen::MatrixXd& j) const {
    j = derivatives(x);
    return 0;
  }
};

Eigen::VectorXd searched(const Card& card, const std::vector<FreeParameter>& free) {
  Eigen::VectorXd x(static_cast<Eigen::Index>(free.size()));
  for (std::size_t i = 0; i < free.size(); ++i) x[static_cast<Eigen::Index>(i)] = search_value(free[i], card.number(free[i].name));
  return x;
}

/// Writes the searched values into the card, within their bounds; returns how far outside each was.
Eigen::VectorXd place(Card& card, const std::vector<FreeParameter>& free, const Eigen::VectorXd& x) {
  Eigen::VectorXd outside(x.size());
  for (std::size_t i = 0; i < free.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    const double inside = std::clamp(x[k], search_value(free[i], free[i].low), search_value(free[i], free[i].high));
    outside[k] = x[k] - inside;
    card.find(free[i].name)->value = std::clamp(card_value(free[i], inside), free[i].low, free[i].high);
  }
  return outside;
}

/// The mean of a forward and a backward difference; the smaller one at a kink: a cell that touches its bound tells one side only.
double slope_of(double forward, double backward) {
  if (std::fabs(forward - backward) <= kKink * (std::fabs(forward) + std::fabs(backward))) return (forward + backward) / 2;
  return std::fabs(forward) < std::fabs(backward) ? forward : backward;
}

/// Calls what(run, index of the pulse in the run, running number of the pulse without the first ones).
template <class What>
void for_each_step(const std::vector<const MeasuredRun*>& runs, const What& what) {
  std::size_t number = 0;
  for (const MeasuredRun* run : runs) {
    for (std::size_t i = 1; i < run->pulses.size(); ++i) what(*run, i, number++);
  }
}

}  // namespace

double search_value(const FreeParameter& parameter, double value) {
  return (parameter.logarithmic ? std::log(value) : value) / parameter.tolerance;
}

double card_value(const FreeParameter& parameter, double searched) {
  const double value = searched * parameter.tolerance;
  return parameter.logarithmic ? std::exp(value) : value;
}

MeanCell::MeanCell(const Card& card, double step_sigma_S)
    : device_(find_kernel(card.kernel)->make(card, {})),
      low_S_(card.number("g_min") + kNearBound * step_sigma_S),
      high_S_(card.number("g_max") - kNearBound * step_sigma_S),
      scatters_(step_sigma_S > 0) {
  // Gauss and Hermite's rule, from the eigenvalues of its Jacobi matrix (Golub, Welsch 1969).
  Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(kNodes, kNodes);
  for (Eigen::Index i = 1; i < kNodes; ++i) jacobi(i, i - 1) = jacobi(i - 1, i) = std::sqrt(static_cast<double>(i));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> rule(jacobi);
  noise_ = rule.eigenvalues().cast<float>();
  share_ = rule.eigenvectors().row(0).cwiseAbs2();

  g_now_S_.assign(kNodes, 0);
  volts_V_.assign(kNodes, 0);
  polarity_.assign(kNodes, 0);
  active_.assign(kNodes, 1);
  row_.g_S = g_now_S_.data();
  row_.target_S = g_now_S_.data();
  row_.active = active_.data();
  const auto variations = static_cast<std::size_t>(device_->variations()), states = static_cast<std::size_t>(device_->states());
  variation_.assign(variations, std::vector<float>(kNodes, 0));
  state_.assign(states, std::vector<float>(kNodes, 0));
  for (std::size_t v = 0; v < variations; ++v) {
    device_->shape_variation(static_cast<int>(v), kNodes, variation_[v].data());
    row_.variation[v] = variation_[v].data();
  }
  for (std::size_t s = 0; s < states; ++s) row_.state[s] = state_[s].data();
}

double MeanCell::after(double g_S, const MeasuredPulse& pulse) {
  const float none = 0;
  g_now_S_[0] = static_cast<float>(g_S);
  row_.columns = 1;
  Pulse given{&pulse.polarity, &pulse.amplitude_V, pulse.width_s, &none};
  device_->apply_pulse(row_, given);
  const double next_S = g_now_S_[0];
  if (!scatters_ || (next_S > low_S_ && next_S < high_S_)) return next_S;

  row_.columns = kNodes;
  std::fill(g_now_S_.begin(), g_now_S_.end(), static_cast<float>(g_S));
  std::fill(volts_V_.begin(), volts_V_.end(), pulse.amplitude_V);
  std::fill(polarity_.begin(), polarity_.end(), pulse.polarity);
  given = {polarity_.data(), volts_V_.data(), pulse.width_s, noise_.data()};
  device_->apply_pulse(row_, given);
  double mean_S = 0;
  for (Eigen::Index i = 0; i < kNodes; ++i) mean_S += share_[i] * static_cast<double>(g_now_S_[static_cast<std::size_t>(i)]);
  return mean_S;
}

ResponseFit::ResponseFit(bool scatter_grows, Card card, std::vector<const MeasuredRun*> runs, double range_S)
    : scatter_grows_(scatter_grows), card_(std::move(card)), runs_(std::move(runs)), range_S_(range_S) {
  use_gain(1);
}

void ResponseFit::set(const std::string& parameter, double value) { card_.find(parameter)->value = value; }

void ResponseFit::use_gain(double gain) {
  gain_.clear();
  weight_.clear();
  for_each_step(runs_, [&](const MeasuredRun& run, std::size_t i, std::size_t) {
    const bool read = !std::isnan(run.pulses[i].g_S);
    gain_.push_back(read ? gain : 0);
    weight_.push_back(read ? 1 : 0);
  });
  readings_ = static_cast<std::size_t>(std::count(weight_.begin(), weight_.end(), 1.0));
}

ResponseFit::Filter ResponseFit::filter(const Scatter& scatter, bool keep) const {
  MeanCell cell(card_, step_sigma_S_), beside(card_, step_sigma_S_);
  const double aside_S = kSlopeStep * range_S_, read_variance = scatter.read_S * scatter.read_S;
  Filter result;
  double x_S = 0, variance = 0, chi_squared = 0;
  for_each_step(runs_, [&](const MeasuredRun& run, std::size_t i, std::size_t) {
    if (i == 1) {
      x_S = run.pulses[0].g_S;
      variance = read_variance;
    }
    const MeasuredPulse& pulse = run.pulses[i];
    const double towards_S = 2 * x_S < card_.number("g_min") + card_.number("g_max") ? aside_S : -aside_S;
    const double next_S = cell.after(x_S, pulse);
    const double slope = (beside.after(x_S + towards_S, pulse) - next_S) / towards_S;
    const double step = scatter.step * (scatter_grows_ ? next_S - x_S : 1);
    variance = slope * slope * variance + step * step;
    x_S = next_S;
    double gain = 0, weight = 0;
    if (!std::isnan(pulse.g_S)) {
      const double expected = std::max(variance + read_variance, 1e-14 * range_S_ * range_S_);
      const double error_S = pulse.g_S - x_S;
      gain = variance / expected;
      weight = range_S_ / std::sqrt(expected);
      chi_squared += error_S * error_S / expected;
      result.log_likelihood_twice -= std::log(expected);
      x_S += gain * error_S;
      variance *= 1 - gain;
    }
    if (!keep) return;
    result.gain.push_back(gain);
    result.weight.push_back(weight);
  });
  const auto count = static_cast<double>(readings_);
  result.scale = chi_squared / count;
  result.log_likelihood_twice -= count * std::log(std::max(result.scale, 1e-300));
  return result;
}

Scatter ResponseFit::likeliest_scatter() const {
  // One search is enough: the share of the variance that the steps have; the size of both follows.
  const double unit_S = 1e-2 * range_S_;
  const auto mixed = [&](double logit) {
    const double share = 1 / (1 + std::exp(-logit));
    return Scatter{unit_S * std::sqrt(1 - share), (scatter_grows_ ? 1 : unit_S) * std::sqrt(share)};
  };
  double best = 0, most = -INFINITY;
  const auto look = [&](double logit) {
    const double likelihood = filter(mixed(logit), false).log_likelihood_twice;
    if (likelihood <= most) return;
    most = likelihood;
    best = logit;
  };
  for (double logit = -15; logit <= 15; logit += 3) look(logit);
  for (double width = 1.5; width > 0.05; width /= 2) {
    const double centre = best;
    look(centre - width);
    look(centre + width);
  }
  Scatter scatter = mixed(best);
  const double scale = std::sqrt(filter(scatter, false).scale);
  return {scatter.read_S * scale, scatter.step * scale};
}

void ResponseFit::use_scatter(const Scatter& scatter) {
  if (!scatter_grows_) {  // steps that fade towards the bounds are not cut off there
    step_sigma_S_ = scatter.step;
    set("sigma_c2c", std::min(1.0, scatter.step / (card_.number("g_max") - card_.number("g_min"))));
  }
  Filter found = filter(scatter, true);
  gain_ = std::move(found.gain);
  weight_ = std::move(found.weight);
  double squares = 0;  // weights of mean square 1: an error keeps its size
  for (const double weight : weight_) squares += weight * weight;
  const double mean = std::sqrt(squares / static_cast<double>(readings_));
  for (double& weight : weight_) weight /= mean;
}

Eigen::VectorXd ResponseFit::errors_of(const Card& card) const {
  MeanCell cell(card, step_sigma_S_);
  Eigen::VectorXd errors(static_cast<Eigen::Index>(readings_));
  Eigen::Index next = 0;
  double x_S = 0;
  for_each_step(runs_, [&](const MeasuredRun& run, std::size_t i, std::size_t number) {
    if (i == 1) x_S = run.pulses[0].g_S;
    x_S = cell.after(x_S, run.pulses[i]);
    const double error_S = run.pulses[i].g_S - x_S;
    if (std::isnan(error_S)) return;
    errors[next++] = weight_[number] * error_S / range_S_;
    x_S += gain_[number] * error_S;
  });
  return errors;
}

Eigen::MatrixXd ResponseFit::jacobian(const std::vector<FreeParameter>& free) const {
  const Eigen::VectorXd x = searched(card_, free);
  Eigen::MatrixXd result(static_cast<Eigen::Index>(readings_), x.size());
  const Eigen::VectorXd here = errors();
  Card card = card_;
  for (Eigen::Index k = 0; k < x.size(); ++k) {
    Eigen::VectorXd up = x, down = x;
    up[k] += kDerivativeStep;
    down[k] -= kDerivativeStep;
    const bool above_fits = place(card, free, up)[k] == 0;
    const Eigen::VectorXd forward = (errors_of(card) - here) / kDerivativeStep;
    const bool below_fits = place(card, free, down)[k] == 0;
    const Eigen::VectorXd backward = (here - errors_of(card)) / kDerivativeStep;
    for (Eigen::Index i = 0; i < here.size(); ++i)
      result(i, k) = !above_fits ? backward[i] : !below_fits ? forward[i] : slope_of(forward[i], backward[i]);
  }
  return result;
}

Eigen::MatrixXd ResponseFit::telling_jacobian(const std::vector<FreeParameter>& free) const {
  Eigen::MatrixXd result = jacobian(free);
  const bool soft = card_.find("g_low") != nullptr;
  const double low_S = card_.number(soft ? "g_low" : "g_min"), high_S = card_.number(soft ? "g_high" : "g_max");
  const double close_S = kAtBound * range_S_;
  const std::vector<std::vector<double>> predicted = predictions();
  Eigen::Index row = 0;
  for (std::size_t r = 0; r < runs_.size(); ++r) {
    for (std::size_t i = 1; i < predicted[r].size(); ++i) {
      if (std::isnan(runs_[r]->pulses[i].g_S)) continue;
      if (predicted[r][i] < low_S + close_S || predicted[r][i] > high_S - close_S) result.row(row).setZero();
      ++row;
    }
  }
  return result;
}

void ResponseFit::minimize(const std::vector<FreeParameter>& free) {
  if (free.empty()) return;
  const auto size = static_cast<Eigen::Index>(free.size()), count = static_cast<Eigen::Index>(readings_);
  Problem problem;
  problem.count = count + size;  // the last rows keep the parameters in their bounds
  problem.residuals = [&](const Eigen::VectorXd& x) {
    Eigen::VectorXd f(count + size);
    f.tail(size) = kFence * place(card_, free, x);
    f.head(count) = errors_of(card_);
    return f;
  };
  problem.derivatives = [&](const Eigen::VectorXd& x) {
    Eigen::MatrixXd j = Eigen::MatrixXd::Zero(count + size, size);
    const Eigen::VectorXd outside = place(card_, free, x);
    j.topRows(count) = jacobian(free);
    for (Eigen::Index k = 0; k < size; ++k) j(count + k, k) = outside[k] == 0 ? 0 : kFence;
    return j;
  };
  Eigen::VectorXd x = searched(card_, free);
  Eigen::LevenbergMarquardt<Problem> solver(problem);
  solver.parameters.maxfev = kMostEvaluations;
  solver.parameters.xtol = solver.parameters.ftol = 1e-10;
  solver.minimize(x);
  place(card_, free, x);
}

std::vector<std::vector<double>> ResponseFit::predictions() const {
  MeanCell cell(card_, step_sigma_S_);
  std::vector<std::vector<double>> result;
  std::size_t number = 0;
  for (const MeasuredRun* run : runs_) {
    double x_S = run->pulses[0].g_S;
    std::vector<double> predicted{x_S};
    for (std::size_t i = 1; i < run->pulses.size(); ++i, ++number) {
      x_S = cell.after(x_S, run->pulses[i]);
      predicted.push_back(x_S);
      if (!std::isnan(run->pulses[i].g_S)) x_S += gain_[number] * (run->pulses[i].g_S - x_S);
    }
    result.push_back(std::move(predicted));
  }
  return result;
}

}  // namespace swimsim
