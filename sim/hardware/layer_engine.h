#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "models/inference/chip_inference.h"
#include "models/network/layers/layer.h"
#include "sim/hardware/images_in_flight.h"
#include "sim/hardware/tile.h"

namespace swimsim {

/// What the parts of a network on a chip share: who has which image.
class ImageFlow {
 public:
  virtual ~ImageFlow() = default;
  virtual ImageInFlight& image(std::size_t image) = 0;
  virtual bool has(std::size_t image) const = 0;
  /// The first weight layer is ready for an image of the run; false if there is no more.
  virtual bool want(std::size_t image) = 0;
  /// Rows [0, rows) of a value are there now.
  virtual void publish(std::size_t image, int value, std::int64_t rows) = 0;
  virtual void failed(std::exception_ptr error) = 0;
};

/// Rows of a value that will be there at a later time, in order of time.
class RowOutput final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(RowOutput);
  RowOutput(sc_core::sc_module_name name, ImageFlow& flow, int value);
  void at(std::int64_t time_ps, std::size_t image, std::int64_t rows);

 private:
  void publish();
  struct Rows {
    std::size_t image;
    std::int64_t rows;
  };
  ImageFlow* flow_;
  int value_;
  sc_core::sc_event_queue due_{"due"};
  std::deque<Rows> rows_;
};

/// The digital units of a layer: so many operations a clock, one thing after the other.
class DigitalLanes {
 public:
  explicit DigitalLanes(const InferenceCosts& costs) : costs_(&costs) {}
  /// Begins at `ready_ps` or when it is free; returns when it is done.
  std::int64_t work(std::int64_t ready_ps, std::int64_t operations);

 private:
  const InferenceCosts* costs_;
  std::int64_t free_ps_ = 0;
};

/// A node without weights: computed row by row as its inputs come, by its operator.
class DigitalUnit final : public sc_core::sc_module {
 public:
  DigitalUnit(sc_core::sc_module_name name, const InferenceJob& job, std::size_t node, ImageFlow& flow, LayerUse& use);
  /// More rows of an input are there.
  void input_ready(std::size_t image);

 private:
  std::int64_t rows_possible(const ImageInFlight& image) const;
  std::int64_t operations(std::int64_t rows) const;

  const InferenceJob* job_;
  const Network* network_;
  const Node* node_;
  int value_;
  ImageFlow* flow_;
  LayerUse* use_;
  std::unique_ptr<LayerOperator> operator_;
  DigitalLanes lanes_;
  std::map<std::size_t, std::int64_t> rows_done_;  ///< of images in progress
  RowOutput output_;
};

/// A weight layer: takes the positions of an image one after the other, each as soon as the rows under its window are there and its tiles
/// are free, reads all its tiles at once, adds up over row tiles, adds the bias and quantises.
class LayerEngine final : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(LayerEngine);
  LayerEngine(sc_core::sc_module_name name, const InferenceJob& job, const ArrayLayer& layer, std::vector<Tile*> tiles, bool first,
              ImageFlow& flow, LayerUse& use);
  /// Images [0, count) of a run on these cells; `first` is the number of the run's first image in its set.
  void begin(const ProgrammedArray& array, std::size_t first, std::size_t count, const ObserveCodes& observe);
  /// More rows of the input are there.
  void input_ready(std::int64_t new_rows);

 private:
  void work();
  bool ready();
  void run_position(std::int64_t now_ps);
  void read_tile_columns(const TileRead& read, std::int64_t group, std::int64_t begin_ps, std::int64_t& free_ps, std::int64_t& done_ps);
  void charge(const TileRead& read, const Tile& tile, const Plane& plane);
  void encode_rows(ImageInFlight& image, std::int64_t until_row);
  void finish_position(std::int64_t done_ps);
  void release_rows(std::int64_t until_row);

  const InferenceJob* job_;
  const ArrayLayer* layer_;
  const Node* node_;
  std::vector<Tile*> tiles_;  ///< per read of a position
  bool first_layer_;
  ImageFlow* flow_;
  LayerUse* use_;
  const ProgrammedArray* array_ = nullptr;
  ObserveCodes observe_;
  sc_core::sc_event wake_;
  DigitalLanes lanes_;
  RowOutput output_;
  std::int64_t row_tiles_ = 1;

  std::size_t first_ = 0, count_ = 0, image_ = 0;
  std::int64_t position_ = 0, free_ps_ = 0;
  std::int64_t rows_encoded_ = 0, rows_released_ = 0, buffered_values_ = 0;
  std::vector<std::int32_t> codes_, row_codes_;
  std::vector<std::int64_t> sums_;
};

}  // namespace swimsim
