#pragma once

#include <vector>

namespace swimsim {

/// Wires of a crossbar: input r is driven into the left end of row line r, column c is read at the lower end of column line c, which is
/// held at 0 V; a cell connects the two lines where they cross.
struct LineResistance {
  double row_ohm = 0;     ///< of a row line, from one cell to the next
  double column_ohm = 0;  ///< of a column line, likewise
  double driver_ohm = 0;  ///< between an input and the first cell of its row
  double sense_ohm = 0;   ///< between the last cell of a column and its virtual ground
  bool any() const { return row_ohm > 0 || column_ohm > 0 || driver_ohm > 0 || sense_ohm > 0; }
};

/// The conductances that the array seems to have when all inputs are driven: I_c = sum over r of effective(r, c) v_r. `g_S` and the result
/// are row by row, rows x cols; cells conduct linearly and nothing is negative.
///
/// By Kirchhoff's law at every node: one sparse Cholesky factorisation (Eigen's SimplicialLDLT), one solve a row. Exact to rounding.
/// Throws std::logic_error on sizes that do not fit, RangeError if the system cannot be solved.
std::vector<float> effective_conductances_exact(const std::vector<float>& g_S, int rows, int cols, const LineResistance& lines);

/// The same, quickly: each row line as a ladder whose cells lead to ground, each column line as a ladder fed by its cells, both exact on
/// their own; what couples them is left out. Right to first order in the resistances; docs/inference.md says how far it is off.
std::vector<float> effective_conductances_fast(const std::vector<float>& g_S, int rows, int cols, const LineResistance& lines);

}  // namespace swimsim
