#include "models/array/line_resistance.h"

#include <Eigen/Sparse>
#include <Eigen/SparseCholesky>
#include <cstddef>
#include <stdexcept>

#include "models/common/errors.h"

namespace swimsim {

namespace {

void check_sizes(const std::vector<float>& g_S, int rows, int cols) {
  if (rows < 1 || cols < 1 || g_S.size() != static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols))
    throw std::logic_error("line resistance: conductance of every cell");
}

/// One end of a branch: a node whose voltage is unknown, an input, or ground.
struct End {
  enum class Kind { unknown, input, ground } kind = Kind::ground;
  int index = 0;
};

/// Kirchhoff's law at the crossings. A line without resistance has no nodes of its own: it is at its input's voltage, or at 0 V.
class Grid {
 public:
  Grid(const std::vector<float>& g_S, int rows, int cols, const LineResistance& lines)
      : g_S_(g_S),
        rows_(rows),
        cols_(cols),
        lines_(lines),
        resistive_rows_(lines.row_ohm > 0 || lines.driver_ohm > 0),
        resistive_columns_(lines.column_ohm > 0 || lines.sense_ohm > 0),
        row_nodes_(resistive_rows_ ? (lines.row_ohm > 0 ? cols : 1) : 0),
        column_nodes_(resistive_columns_ ? (lines.column_ohm > 0 ? rows : 1) : 0),
        unknowns_(rows * row_nodes_ + cols * column_nodes_) {
    add_cells();
    if (resistive_rows_) add_rows();
    if (resistive_columns_) add_columns();
  }

  std::vector<float> solve() const {
    using Matrix = Eigen::SparseMatrix<double>;
    Matrix conductance(unknowns_, unknowns_), inputs(unknowns_, rows_);
    conductance.setFromTriplets(conductance_.begin(), conductance_.end());
    inputs.setFromTriplets(inputs_.begin(), inputs_.end());
    const Eigen::SimplicialLDLT<Matrix> factors(conductance);
    if (factors.info() != Eigen::Success) throw RangeError("line resistance: the wires' equations cannot be solved");
    std::vector<float> effective_S(g_S_.size());
    for (int input = 0; input < rows_; ++input) {
      const Eigen::VectorXd volts_V = factors.solve(Eigen::VectorXd(inputs.col(input)));
      for (int col = 0; col < cols_; ++col)
        effective_S[static_cast<std::size_t>(input) * static_cast<std::size_t>(cols_) + static_cast<std::size_t>(col)] =
            static_cast<float>(current_A(input, col, volts_V));
    }
    return effective_S;
  }

 private:
  double cell_S(int row, int col) const {
    return static_cast<double>(g_S_[static_cast<std::size_t>(row) * static_cast<std::size_t>(cols_) + static_cast<std::size_t>(col)]);
  }
  End row_end(int row, int col) const {
    if (!resistive_rows_) return {End::Kind::input, row};
    return {End::Kind::unknown, row * row_nodes_ + (row_nodes_ > 1 ? col : 0)};
  }
  End column_end(int row, int col) const {
    if (!resistive_columns_) return {};
    return {End::Kind::unknown, rows_ * row_nodes_ + col * column_nodes_ + (column_nodes_ > 1 ? row : 0)};
  }

  void connect(const End& a, const End& b, double siemens) {
    for (const auto& [here, there] : {std::pair{a, b}, std::pair{b, a}}) {
      if (here.kind != End::Kind::unknown) continue;
      conductance_.emplace_back(here.index, here.index, siemens);
      if (there.kind == End::Kind::unknown) conductance_.emplace_back(here.index, there.index, -siemens);
      if (there.kind == End::Kind::input) inputs_.emplace_back(here.index, there.index, siemens);
    }
  }
  void add_cells() {
    for (int row = 0; row < rows_; ++row) {
      for (int col = 0; col < cols_; ++col) connect(row_end(row, col), column_end(row, col), cell_S(row, col));
    }
  }
  // The first piece of wire counts to the first cell, the last one to the sense amplifier: driver and sense come on top.
  void add_rows() {
    for (int row = 0; row < rows_; ++row) {
      connect({End::Kind::input, row}, row_end(row, 0), 1 / (lines_.driver_ohm + lines_.row_ohm));
      for (int col = 1; col < row_nodes_; ++col) connect(row_end(row, col - 1), row_end(row, col), 1 / lines_.row_ohm);
    }
  }
  void add_columns() {
    for (int col = 0; col < cols_; ++col) {
      connect(column_end(rows_ - 1, col), {}, 1 / (lines_.sense_ohm + lines_.column_ohm));
      for (int row = 1; row < column_nodes_; ++row) connect(column_end(row - 1, col), column_end(row, col), 1 / lines_.column_ohm);
    }
  }
  /// What flows out of a column for 1 V at one input.
  double current_A(int input, int col, const Eigen::VectorXd& volts_V) const {
    if (resistive_columns_) return volts_V[column_end(rows_ - 1, col).index] / (lines_.sense_ohm + lines_.column_ohm);
    return cell_S(input, col) * volts_V[row_end(input, col).index];
  }

  const std::vector<float>& g_S_;
  int rows_, cols_;
  LineResistance lines_;
  bool resistive_rows_, resistive_columns_;
  int row_nodes_, column_nodes_;  ///< of one line
  int unknowns_;
  std::vector<Eigen::Triplet<double>> conductance_, inputs_;
};

/// How much of the voltage at one end of a ladder reaches each of its rungs: rung k of `rung_S` leads to ground, `first_ohm` before rung 0,
/// `step_ohm` from one to the next. By what the rest of the ladder looks like from each rung, from the far end.
void ladder(const std::vector<double>& rung_S, double first_ohm, double step_ohm, std::vector<double>& share) {
  const std::size_t rungs = rung_S.size();
  std::vector<double> onward_S(rungs);  // of rung k and all after it
  onward_S[rungs - 1] = rung_S[rungs - 1];
  for (std::size_t k = rungs - 1; k-- > 0;) onward_S[k] = rung_S[k] + onward_S[k + 1] / (1 + step_ohm * onward_S[k + 1]);
  share.resize(rungs);
  share[0] = 1 / (1 + first_ohm * onward_S[0]);
  for (std::size_t k = 1; k < rungs; ++k) share[k] = share[k - 1] / (1 + step_ohm * onward_S[k]);
}

}  // namespace

std::vector<float> effective_conductances_exact(const std::vector<float>& g_S, int rows, int cols, const LineResistance& lines) {
  check_sizes(g_S, rows, cols);
  if (!lines.any()) return g_S;
  return Grid(g_S, rows, cols, lines).solve();
}

std::vector<float> effective_conductances_fast(const std::vector<float>& g_S, int rows, int cols, const LineResistance& lines) {
  check_sizes(g_S, rows, cols);
  const auto n_rows = static_cast<std::size_t>(rows), n_cols = static_cast<std::size_t>(cols);
  std::vector<double> effective_S(g_S.begin(), g_S.end()), rung_S, share;
  for (std::size_t row = 0; row < n_rows; ++row) {
    rung_S.assign(g_S.begin() + static_cast<std::ptrdiff_t>(row * n_cols), g_S.begin() + static_cast<std::ptrdiff_t>((row + 1) * n_cols));
    ladder(rung_S, lines.driver_ohm + lines.row_ohm, lines.row_ohm, share);
    for (std::size_t col = 0; col < n_cols; ++col) effective_S[row * n_cols + col] *= share[col];
  }
  // What a cell's current loses on its way down is what a voltage at the column's end loses on its way up (reciprocity).
  for (std::size_t col = 0; col < n_cols; ++col) {
    rung_S.resize(n_rows);
    for (std::size_t k = 0; k < n_rows; ++k) rung_S[k] = static_cast<double>(g_S[(n_rows - 1 - k) * n_cols + col]);
    ladder(rung_S, lines.sense_ohm + lines.column_ohm, lines.column_ohm, share);
    for (std::size_t k = 0; k < n_rows; ++k) effective_S[(n_rows - 1 - k) * n_cols + col] *= share[k];
  }
  return {effective_S.begin(), effective_S.end()};
}

}  // namespace swimsim
