#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "models/common/errors.h"

namespace swimsim::testing {

/// A folder for files that a test makes up; gone afterwards.
class DataFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("swimsim_data_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& bytes) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

  std::filesystem::path folder_;
};

/// What an InputError says, or "no error".
template <typename Call>
std::string mistake_of(Call call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

inline std::string gzip(const std::string& bytes) {
  std::istringstream in(bytes);
  std::ostringstream out;
  boost::iostreams::filtering_istream filter;
  filter.push(boost::iostreams::gzip_compressor());
  filter.push(in);
  boost::iostreams::copy(filter, out);
  return out.str();
}

}  // namespace swimsim::testing
