#include "sim/engine/network_cache.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "models/network/builtin.h"

namespace swimsim {
namespace {

class NetworkCacheTest : public ::testing::Test {
 protected:
  NetworkCacheTest() { std::filesystem::create_directories(folder_); }
  ~NetworkCacheTest() override { std::filesystem::remove_all(folder_); }

  /// The key of a network that came from a file of these bytes.
  std::string key_of_file(const std::string& bytes) const {
    const std::filesystem::path path = folder_ / "network.onnx";
    std::ofstream(path, std::ios::binary) << bytes;
    Workload workload;
    workload.network.onnx = path.string();
    return training_key(workload, {}, {}, untrained_);
  }

  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("network_cache_test_" + std::to_string(getpid()));
  Network untrained_ = make_builtin_network("lenet", 1);
};

TEST_F(NetworkCacheTest, KeysOfTwoGraphsWithEqualWeightsDiffer) {
  EXPECT_EQ(key_of_file("one graph"), key_of_file("one graph"));
  EXPECT_NE(key_of_file("one graph"), key_of_file("another graph"));
}

TEST_F(NetworkCacheTest, KeysFollowTheTrainingOptionsButNotTheThreads) {
  const Workload workload;
  TrainingOptions options;
  const std::string key = training_key(workload, options, {}, untrained_);
  options.threads = 7;
  EXPECT_EQ(training_key(workload, options, {}, untrained_), key);
  options.epochs += 1;
  EXPECT_NE(training_key(workload, options, {}, untrained_), key);
}

TEST_F(NetworkCacheTest, KeysFollowEverythingThatQuantisesALayer) {
  TrainingOptions options;
  options.weight_layers.resize(2);
  options.activation_layer_bits = {4, 4};
  const Workload workload;
  const DataSet data;
  const std::string key = training_key(workload, options, data, untrained_);
  const auto changed = [&](auto change) {
    TrainingOptions other = options;
    change(other);
    return training_key(workload, other, data, untrained_) != key;
  };
  EXPECT_FALSE(changed([](TrainingOptions&) {}));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.weight_layers[1].bits = 5; }));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.weight_layers[1].quantizer = Quantizer::swim; }));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.weight_layers[1].per_channel = true; }));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.weight_layers[1].range.method = RangeMethod::percentile; }));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.weight_layers[1].range.percentile = 99; }));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.activation_layer_bits[0] = 5; }));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.activation_range.method = RangeMethod::least_squares; }));
  EXPECT_TRUE(changed([](TrainingOptions& o) { o.activation_range.percentile = 99; }));
}

TEST_F(NetworkCacheTest, GivesBackWhatWasStoredAndIgnoresADamagedEntry) {
  const NetworkCache cache(folder_.string(), "key");
  Network network = untrained_;
  EXPECT_FALSE(cache.load(network));
  network.weights(0)[0] = 42;
  cache.store(network);
  Network loaded = untrained_;
  ASSERT_TRUE(cache.load(loaded));
  EXPECT_EQ(loaded.all_weights(), network.all_weights());

  std::fstream file(folder_ / "key.weights", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file.put('x');
  file.close();
  EXPECT_FALSE(cache.load(loaded));
}

}  // namespace
}  // namespace swimsim
