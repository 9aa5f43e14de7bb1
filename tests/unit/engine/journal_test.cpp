#include "sim/engine/journal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

namespace swimsim {
namespace {

class JournalTest : public ::testing::Test {
 protected:
  std::string path = (std::filesystem::temp_directory_path() / ("journal_test_" + std::to_string(getpid()))).string();
  ~JournalTest() override { std::filesystem::remove(path); }
  std::map<std::size_t, std::string> read(const std::string& key) {
    std::map<std::size_t, std::string> known;
    Journal journal(path, key);
    journal.open([&](std::size_t job, std::string bytes) { known[job] = std::move(bytes); });
    return known;
  }
  void write(const std::string& key) {
    Journal journal(path, key);
    journal.open([](std::size_t, const std::string&) {});
    journal.append(3, "three");
    journal.append(7, std::string(100'000, 'x'));
  }
};

TEST_F(JournalTest, GivesBackWhatWasAppended) {
  write("key");
  const auto known = read("key");
  EXPECT_EQ(known.at(3), "three");
  EXPECT_EQ(known.at(7).size(), 100'000u);
}

TEST_F(JournalTest, ForgetsRecordsOfAnotherKey) {
  write("key");
  EXPECT_TRUE(read("other").empty());
}

TEST_F(JournalTest, DropsARecordThatWasCutShort) {
  write("key");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  const auto known = read("key");
  EXPECT_EQ(known.size(), 1u);
  EXPECT_EQ(read("key").size(), 1u);  // the file was cut back to sound records
}

TEST_F(JournalTest, WritersDoNotOverwriteEachOther) {
  write("key");
  Journal one(path, "key"), other(path, "key");
  one.open([](std::size_t, const std::string&) {});
  other.open([](std::size_t, const std::string&) {});
  one.append(10, "ten");
  other.append(11, "eleven");
  const auto known = read("key");
  EXPECT_EQ(known.size(), 4u);
  EXPECT_EQ(known.at(10), "ten");
  EXPECT_EQ(known.at(11), "eleven");
}

}  // namespace
}  // namespace swimsim
