#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "models/network/network.h"

namespace swimsim {

/// One image on its way through the network: the values that are there so far, row by row of each.
struct ImageInFlight {
  std::vector<std::vector<float>> values;  ///< per value of the network, [channel][row][column]
  std::vector<std::int64_t> rows_ready;    ///< per value: rows [0, rows_ready) of all channels
  std::size_t nodes_left = 0;              ///< whose output is not complete
};

/// Rows of the input that the first `out_rows` rows of a node's output need: those under its window; row for row where the heights are the
/// same; else all.
std::int64_t input_rows_needed(const Network& network, const Node& node, int input_value, int output_value, std::int64_t out_rows);

/// The first row of the input that row `out_row` of the output, or a later one, needs.
std::int64_t first_input_row(const Network& network, const Node& node, std::int64_t out_row);

/// The images that are on their way. Throws ResourceError if they would take more than 8 GiB.
class ImagesInFlight {
 public:
  explicit ImagesInFlight(const Network& network) : network_(&network) {}
  ImageInFlight& admit(std::size_t image);
  bool has(std::size_t image) const { return images_.count(image) > 0; }
  ImageInFlight& at(std::size_t image) { return images_.at(image); }
  void release(std::size_t image) { images_.erase(image); }

 private:
  const Network* network_;
  std::map<std::size_t, ImageInFlight> images_;
};

}  // namespace swimsim
