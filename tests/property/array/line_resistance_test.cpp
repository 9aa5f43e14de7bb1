#include "models/array/line_resistance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/Dense>
#include <cmath>

namespace swimsim {
namespace {

struct Array {
  int rows = 0, cols = 0;
  std::vector<float> g_S;
  LineResistance lines;
};

double between(double low, double high) { return low + (high - low) * *rc::gen::inRange(0, 1001) / 1000.0; }

Array any_array(double most_ohm) {
  Array array;
  array.rows = *rc::gen::inRange(1, 9);
  array.cols = *rc::gen::inRange(1, 9);
  for (int i = 0; i < array.rows * array.cols; ++i) array.g_S.push_back(static_cast<float>(between(0, 60e-6)));
  for (double* ohm : {&array.lines.row_ohm, &array.lines.column_ohm, &array.lines.driver_ohm, &array.lines.sense_ohm})
    *ohm = *rc::gen::arbitrary<bool>() ? between(0.01 * most_ohm, most_ohm) : 0;
  return array;
}

/// Currents out of the columns for given inputs, by dense elimination over all crossings; lines without resistance get 1 micro-ohm.
Eigen::VectorXd currents_A(const Array& array, const Eigen::VectorXd& inputs_V) {
  const int cells = array.rows * array.cols;
  const auto node = [&](int row, int col, bool lower) { return (lower ? cells : 0) + row * array.cols + col; };
  const auto siemens = [](double ohm) { return 1 / std::max(ohm, 1e-6); };
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(2 * cells, 2 * cells);
  Eigen::VectorXd b = Eigen::VectorXd::Zero(2 * cells);
  const auto join = [&](int i, int j, double s) {
    a(i, i) += s, a(j, j) += s;
    a(i, j) -= s, a(j, i) -= s;
  };
  for (int row = 0; row < array.rows; ++row) {
    for (int col = 0; col < array.cols; ++col) {
      join(node(row, col, false), node(row, col, true), static_cast<double>(array.g_S[static_cast<std::size_t>(row * array.cols + col)]));
      if (col > 0) join(node(row, col - 1, false), node(row, col, false), siemens(array.lines.row_ohm));
      if (row > 0) join(node(row - 1, col, true), node(row, col, true), siemens(array.lines.column_ohm));
    }
    const double in_S = siemens(array.lines.driver_ohm + array.lines.row_ohm);
    a(node(row, 0, false), node(row, 0, false)) += in_S;
    b(node(row, 0, false)) += in_S * inputs_V[row];
  }
  const double out_S = siemens(array.lines.sense_ohm + array.lines.column_ohm);
  for (int col = 0; col < array.cols; ++col) a(node(array.rows - 1, col, true), node(array.rows - 1, col, true)) += out_S;
  const Eigen::VectorXd volts_V = a.partialPivLu().solve(b);
  Eigen::VectorXd out_A(array.cols);
  for (int col = 0; col < array.cols; ++col) out_A[col] = volts_V[node(array.rows - 1, col, true)] * out_S;
  return out_A;
}

RC_GTEST_PROP(LineResistance, TheExactMatrixGivesTheCurrentsOfAnyInputs, ()) {
  const Array array = any_array(1000);
  Eigen::VectorXd inputs_V(array.rows);
  for (int row = 0; row < array.rows; ++row) inputs_V[row] = between(0, 1);
  const std::vector<float> effective_S = effective_conductances_exact(array.g_S, array.rows, array.cols, array.lines);
  const Eigen::VectorXd expected_A = currents_A(array, inputs_V);
  for (int col = 0; col < array.cols; ++col) {
    double sum_A = 0;
    for (int row = 0; row < array.rows; ++row)
      sum_A += static_cast<double>(effective_S[static_cast<std::size_t>(row * array.cols + col)]) * inputs_V[row];
    RC_ASSERT(std::fabs(sum_A - expected_A[col]) <= 1e-5 * std::fabs(expected_A[col]) + 1e-10);
  }
}

RC_GTEST_PROP(LineResistance, ResistanceOnlyTakesAway, ()) {
  const Array array = any_array(1000);
  for (const auto solve : {effective_conductances_exact, effective_conductances_fast}) {
    const std::vector<float> effective_S = solve(array.g_S, array.rows, array.cols, array.lines);
    for (int col = 0; col < array.cols; ++col) {
      double sum_S = 0, without_S = 0;
      for (int row = 0; row < array.rows; ++row) {
        sum_S += static_cast<double>(effective_S[static_cast<std::size_t>(row * array.cols + col)]);
        without_S += static_cast<double>(array.g_S[static_cast<std::size_t>(row * array.cols + col)]);
      }
      RC_ASSERT(sum_S >= 0);
      RC_ASSERT(sum_S <= without_S * (1 + 1e-6));
    }
  }
}

// First order in the resistances: a tenth of them leaves a hundredth of the error.
RC_GTEST_PROP(LineResistance, TheFastSolutionIsRightToFirstOrder, ()) {
  const Array array = any_array(100);
  const auto error = [&](double share) {
    LineResistance lines = array.lines;
    for (double* ohm : {&lines.row_ohm, &lines.column_ohm, &lines.driver_ohm, &lines.sense_ohm}) *ohm *= share;
    const std::vector<float> exact_S = effective_conductances_exact(array.g_S, array.rows, array.cols, lines);
    const std::vector<float> fast_S = effective_conductances_fast(array.g_S, array.rows, array.cols, lines);
    double worst_S = 0;
    for (std::size_t i = 0; i < exact_S.size(); ++i) worst_S = std::max(worst_S, std::fabs(static_cast<double>(exact_S[i] - fast_S[i])));
    return worst_S;
  };
  RC_ASSERT(error(0.1) <= 0.02 * error(1) + 2e-11);
}

}  // namespace
}  // namespace swimsim
