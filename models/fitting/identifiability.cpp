#include "models/fitting/identifiability.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>

#include <cmath>
#include <limits>

namespace swimsim {

namespace {

constexpr double kPartOfDirection = 0.3;  ///< a parameter whose share of the direction is smaller is not named
constexpr double kSingular = 1e-12;       ///< of the largest eigenvalue

}  // namespace

Identifiability examine(const Eigen::MatrixXd& jacobian, double sigma) {
  Identifiability found;
  const Eigen::Index size = jacobian.cols();
  if (size == 0) return found;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(jacobian.transpose() * jacobian);
  const Eigen::VectorXd& information = solver.eigenvalues();  // ascending
  const double floor = kSingular * information[size - 1];
  found.standard_errors = Eigen::VectorXd::Zero(size);
  for (Eigen::Index d = 0; d < size; ++d) {
    const double variance = information[d] > floor ? sigma * sigma / information[d] : std::numeric_limits<double>::infinity();
    for (Eigen::Index i = 0; i < size; ++i) {
      const double part = solver.eigenvectors()(i, d);
      if (std::fabs(part) > 1e-9) found.standard_errors[i] += part * part * variance;
    }
  }
  found.standard_errors = found.standard_errors.cwiseSqrt();
  found.weakest_direction = solver.eigenvectors().col(0);
  return found;
}

GivenUp choose_to_give_up(const Identifiability& found, const std::vector<FreeParameter>& free) {
  const double largest = found.weakest_direction.cwiseAbs().maxCoeff();
  GivenUp chosen{free.size(), ""};
  std::string names;
  int count = 0;
  for (std::size_t i = 0; i < free.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    if (std::fabs(found.weakest_direction[k]) < kPartOfDirection * largest) continue;
    if (chosen.index == free.size()) chosen.index = i;
    names += (count++ == 0 ? "" : ", ") + free[i].name;
  }
  const double error = found.standard_errors[static_cast<Eigen::Index>(chosen.index)] * free[chosen.index].tolerance;
  if (count > 1)
    chosen.why = fmt::format("the data tells only a combination of {}", names);
  else if (!std::isfinite(error))
    chosen.why = "it changes nothing that was read";
  else
    chosen.why = free[chosen.index].logarithmic ? fmt::format("known only within a factor of {:.3g}", std::exp(std::min(error, 50.0)))
                                                : fmt::format("known only within +-{:.3g}", error);
  return chosen;
}

}  // namespace swimsim
