#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  Files() : folder_(fs::path(testing::TempDir()) / ("swimsim_files_" + std::to_string(::getpid()))) { fs::create_directories(folder_); }
  ~Files() override { fs::remove_all(folder_); }
  std::string path(const char* name) const { return (folder_ / name).string(); }
  std::size_t count() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator())); }
  fs::path folder_;
};

template <typename Error, typename Function>
std::string message_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST_F(Files, AtomicFileAppearsWhole) {
  const std::string bytes("a\0b\n", 4);
  write_file_atomically(path("x"), bytes);
  EXPECT_EQ(read_file(path("x"), 100), bytes);
  write_file_atomically(path("x"), "new");
  EXPECT_EQ(read_file(path("x"), 100), "new");
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, AtomicFileWithoutCommitLeavesTheOldOne) {
  write_file_atomically(path("x"), "old");
  {
    AtomicFile file(path("x"));
    file.append("half");
    EXPECT_EQ(count(), 2U);
  }
  EXPECT_EQ(read_file(path("x"), 100), "old");
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, FailuresNameThePathAndTheReason) {
  const std::string missing = message_of<ResourceError>([&] { write_file_atomically(path("no/such/folder"), "x"); });
  EXPECT_THAT(missing, HasSubstr("no/such/folder: cannot be created: No such file or directory"));
  fs::create_directory(path("taken"));
  EXPECT_THAT(message_of<ResourceError>([&] { write_file_atomically(path("taken"), "x"); }), HasSubstr("cannot be put in place"));
  EXPECT_EQ(count(), 1U);
}

TEST_F(Files, AFullDiskIsAResourceErrorAndLeavesNothing) {
  // A limit on the file size stands for the full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 1000;
  setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = message_of<ResourceError>([&] { write_file_atomically(path("big"), std::string(5000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(message, HasSubstr("cannot be written"));
  EXPECT_EQ(count(), 0U);
}

TEST_F(Files, ReadFileIsBounded) {
  write_file_atomically(path("x"), "12345");
  EXPECT_EQ(read_file(path("x"), 5), "12345");
  EXPECT_THAT(message_of<InputError>([&] { read_file(path("x"), 4); }), HasSubstr("has 5 bytes; at most 4 are read"));
  EXPECT_THAT(message_of<InputError>([&] { read_file(path("y"), 4); }), HasSubstr("cannot be opened: No such file"));
  EXPECT_THAT(message_of<InputError>([&] { read_file(folder_.string(), 4); }), HasSubstr("is a folder"));
  EXPECT_THAT(message_of<InputError>([&] { read_file("/dev/zero", 4); }), HasSubstr("not a regular file"));
}

TEST_F(Files, Sha256KnowsTheStandardVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256().update("a").update("bc").hex(), sha256_hex("abc"));
  write_file_atomically(path("x"), std::string(200'000, 'a'));
  EXPECT_EQ(sha256_hex_of_file(path("x")), sha256_hex(std::string(200'000, 'a')));
  EXPECT_THROW(sha256_hex_of_file(path("y")), InputError);
}

}  // namespace
}  // namespace swimsim
