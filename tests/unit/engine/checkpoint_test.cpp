#include "sim/engine/checkpoint.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "models/common/errors.h"

namespace swimsim {
namespace {

class CheckpointTest : public ::testing::Test {
 protected:
  ~CheckpointTest() override { std::filesystem::remove(path_); }
  std::string path_ = (std::filesystem::temp_directory_path() / ("checkpoint_test_" + std::to_string(getpid()))).string();
  std::string key_ = std::string(64, 'a'), other_key_ = std::string(64, 'b');
  std::string state_;
};

TEST_F(CheckpointTest, GivesBackTheLastStateOfItsKey) {
  const Checkpoint checkpoint(path_, key_);
  EXPECT_EQ(checkpoint.load(state_), Checkpoint::Found::nothing);
  checkpoint.store("first");
  checkpoint.store(std::string("second\0state", 12));
  EXPECT_EQ(checkpoint.load(state_), Checkpoint::Found::state);
  EXPECT_EQ(state_, std::string("second\0state", 12));
  EXPECT_EQ(Checkpoint(path_, other_key_).load(state_), Checkpoint::Found::another);
  checkpoint.remove();
  EXPECT_EQ(checkpoint.load(state_), Checkpoint::Found::nothing);
}

TEST_F(CheckpointTest, SeesEveryDamagedByteAndEveryCut) {
  const Checkpoint checkpoint(path_, key_);
  checkpoint.store("the state");
  std::ifstream in(path_, std::ios::binary);
  const std::string sound{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  for (std::size_t at = 0; at < sound.size(); ++at) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    std::ofstream(path_, std::ios::binary) << damaged;
    EXPECT_NE(checkpoint.load(state_), Checkpoint::Found::state) << at;
    std::ofstream(path_, std::ios::binary) << sound.substr(0, at);
    EXPECT_EQ(checkpoint.load(state_), Checkpoint::Found::damaged) << at;
  }
}

TEST_F(CheckpointTest, AnEmptyPathIsNoCheckpointAndAMissingFolderIsAnError) {
  Checkpoint("", key_).store("x");
  EXPECT_EQ(Checkpoint("", key_).load(state_), Checkpoint::Found::nothing);
  EXPECT_THROW(Checkpoint("/nowhere/at/all", key_).store("x"), ResourceError);
}

}  // namespace
}  // namespace swimsim
