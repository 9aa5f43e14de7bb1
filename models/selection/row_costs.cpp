#include "models/selection/row_costs.h"

namespace swimsim {

std::vector<double> expected_maxima(const std::vector<double>& share_done, std::size_t most) {
  std::vector<double> expected(most + 1);
  for (const double share : share_done) {
    double all_done = share;
    for (std::size_t k = 1; k <= most; ++k, all_done *= share) expected[k] += 1 - all_done;
  }
  return expected;
}

}  // namespace swimsim
