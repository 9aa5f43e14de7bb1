#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <systemc>
#include <vector>

#include "models/inference/chip_inference.h"
#include "sim/hardware/chip.h"
#include "sim/hardware/images_in_flight.h"
#include "sim/hardware/interconnect.h"
#include "sim/hardware/layer_engine.h"

namespace swimsim {

/// The layers of a network on the tiles of a chip, and its digital units: a pipeline that images go through, row by row of each layer. A
/// layer has an image at a time; buffers between layers have no end, but it is counted how full they get. The next image comes when the
/// first weight layer has begun with the last position of the one before.
class InferenceChip final : public sc_core::sc_module, public ChipInference, public ImageFlow {
 public:
  InferenceChip(sc_core::sc_module_name name, const InferenceJob& job, Chip& chip);

  /// Goes on from where the simulation is. Throws what a module threw.
  ChipInferenceResult run(const ProgrammedArray& array, const ImageSet& images, std::size_t first, std::size_t count,
                          const ObserveCodes& observe) override;
  /// Someone who watches; called with the time at which a run begins. Must not change anything.
  std::function<void(std::int64_t now_ps)> on_begin;

  ImageInFlight& image(std::size_t image) override { return images_.at(image); }
  bool has(std::size_t image) const override { return images_.has(image); }
  bool want(std::size_t image) override;
  void publish(std::size_t image, int value, std::int64_t rows) override;
  void failed(std::exception_ptr error) override;

 private:
  void connect(const std::vector<std::size_t>& layer_of_node);
  /// What the input registers of those that read this value take of it, in bits an element; 0: no array reads it.
  std::int64_t bits_of(int value) const;
  void send(std::size_t image, int value, std::int64_t rows);
  void deliver(std::size_t image, int value, std::int64_t rows);
  void finish_image(std::size_t image);
  std::vector<std::size_t> layer_of_nodes() const;

  const InferenceJob* job_;
  const Network* network_;
  Chip* chip_;
  std::vector<LayerUse> use_;  ///< per weight layer
  std::vector<std::unique_ptr<LayerEngine>> engines_;
  std::vector<std::unique_ptr<DigitalUnit>> units_;          ///< per node; null: a weight layer
  std::vector<std::vector<LayerEngine*>> engines_of_value_;  ///< who reads it
  std::vector<std::vector<DigitalUnit*>> units_of_value_;

  std::unique_ptr<Interconnect> interconnect_;             ///< nullptr: values are where they are wanted at once
  std::vector<Route> routes_;                              ///< of each value
  std::vector<std::size_t> layer_of_value_;                ///< that pays for its way
  std::vector<std::map<std::size_t, std::int64_t>> sent_;  ///< of each value: rows that have been sent, by image
  ImagesInFlight images_;
  const ImageSet* set_ = nullptr;
  std::size_t first_ = 0, count_ = 0, finished_ = 0;
  ChipInferenceResult result_;
  std::exception_ptr error_;
};

}  // namespace swimsim
