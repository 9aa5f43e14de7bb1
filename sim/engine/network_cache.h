#pragma once

#include <string>

#include "models/dataset/image_set.h"
#include "models/network/network.h"
#include "models/network/train.h"
#include "sim/workload/workload.h"

namespace swimsim {

/// SHA-256 of everything that shapes a trained network: the network and its initial weights, the images, the training options, the
/// program's version and the instruction set. Threads are left out: they change no bit.
std::string training_key(const Workload& workload, const TrainingOptions& options, const DataSet& data, const Network& untrained);

/// Trained weights on disk under a key. A damaged entry is ignored and written anew.
class NetworkCache {
 public:
  /// An empty folder switches the cache off.
  NetworkCache(std::string folder, std::string key);
  /// Fills the weights and biases of a network of the same shape; false if there is no sound entry.
  bool load(Network& network) const;
  /// A cache that cannot be written is no error: the run goes on without.
  void store(const Network& network) const;

 private:
  std::string path() const { return folder_ + "/" + key_ + ".weights"; }
  std::string folder_, key_;
};

}  // namespace swimsim
