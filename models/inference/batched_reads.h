#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/inference/array_network.h"
#include "models/inference/programmed_array.h"

namespace swimsim {

/// What one read of a tile gave: `codes` of `cols` columns, from column `first_column` of the layer's cell matrix on.
struct ReadCodes {
  const TileRead* read = nullptr;
  std::size_t layer = 0, image = 0;
  std::int64_t position = 0;
  std::size_t plane = 0;
  const std::int32_t* codes = nullptr;
  int cols = 0;
};
/// Called after each read; slows everything down. The order of the reads is not defined.
using ObserveCodes = std::function<void(const ReadCodes&)>;

/// The reads of all tiles of a layer for many images and positions at once: column sums by matrix products, noise and codes in vectors.
/// The same bits as `read_tile`, `ArrayLayer::accumulate` and `combine`. One thread at a time.
class BatchedReads {
 public:
  /// Packs the tiles; keeps the pointers.
  BatchedReads(const ArrayNetwork& network, const ProgrammedArray& array);
  ~BatchedReads();
  BatchedReads(BatchedReads&&) noexcept;
  BatchedReads& operator=(BatchedReads&&) noexcept;

  /// As `WeightLayerPass`.
  void run(const ArrayLayer& layer, const float* inputs, std::size_t first, std::int64_t images, float* outputs,
           const ObserveCodes& observe = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace swimsim
