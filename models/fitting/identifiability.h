#pragma once

#include <Eigen/Core>

#include <string>
#include <vector>

#include "models/fitting/fit_plan.h"

namespace swimsim {

/// How well the data tells parameters, from the derivatives of the errors (each in units of its parameter's tolerance) and the standard
/// deviation of an error.
struct Identifiability {
  Eigen::VectorXd standard_errors;    ///< in tolerances; infinite where the data says nothing
  Eigen::VectorXd weakest_direction;  ///< the combination that the data tells least, of length 1
  bool all_known() const { return standard_errors.size() == 0 || standard_errors.maxCoeff() <= 1; }
};
Identifiability examine(const Eigen::MatrixXd& jacobian, double sigma);

/// A parameter that is given up, and why: "the data tells only a combination of g_low and step_set".
struct GivenUp {
  std::size_t index = 0;
  std::string why;
};
/// The first of the parameters that make up the weakest direction.
GivenUp choose_to_give_up(const Identifiability& found, const std::vector<FreeParameter>& free);

}  // namespace swimsim
