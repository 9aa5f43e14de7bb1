#include "sim/report/hdf5_files.h"

#include <gtest/gtest.h>
#include <hdf5.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "models/common/errors.h"
#include "sim/report/hdf5_writer.h"
#include "tests/unit/report/fake_results.h"

namespace swimsim {
namespace {

/// Opens the bytes of a file as HDF5, through a real file on disk.
class OpenFile {
 public:
  explicit OpenFile(const std::string& bytes) : path_(::testing::TempDir() + "hdf5_files_test_" + std::to_string(::getpid()) + ".h5") {
    std::ofstream(path_, std::ios::binary) << bytes;
    file_ = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  }
  ~OpenFile() {
    H5Fclose(file_);
    std::filesystem::remove(path_);
  }

  template <typename T>
  std::vector<T> read(const char* name, hid_t type) const {
    const hid_t set = H5Dopen2(file_, name, H5P_DEFAULT);
    EXPECT_GE(set, 0) << name;
    if (set < 0) return {};
    const hid_t space = H5Dget_space(set);
    std::vector<T> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    EXPECT_GE(H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
    H5Sclose(space);
    H5Dclose(set);
    return values;
  }

  std::vector<hsize_t> shape(const char* name) const {
    const hid_t set = H5Dopen2(file_, name, H5P_DEFAULT), space = H5Dget_space(set);
    std::vector<hsize_t> extents(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, extents.data(), nullptr);
    H5Sclose(space);
    H5Dclose(set);
    return extents;
  }

  std::string attribute(const char* object, const char* name) const {
    const hid_t attribute = H5Aopen_by_name(file_, object, name, H5P_DEFAULT, H5P_DEFAULT);
    EXPECT_GE(attribute, 0) << object;
    const hid_t type = H5Aget_type(attribute);
    std::string text(H5Tget_size(type), '\0');
    H5Aread(attribute, type, text.data());
    H5Tclose(type);
    H5Aclose(attribute);
    return text.c_str();
  }

  bool has(const char* name) const { return H5Lexists(file_, name, H5P_DEFAULT) > 0; }

 private:
  std::string path_;
  hid_t file_;
};

TEST(Hdf5Files, NamesAreEscaped) {
  EXPECT_EQ(hdf5_name("features/0.weight"), "features%2F0.weight");
  EXPECT_EQ(hdf5_name("100%/"), "100%25%2F");
  EXPECT_EQ(hdf5_name("."), "%2E");
  EXPECT_EQ(hdf5_name(".."), "..");
  EXPECT_EQ(hdf5_name(""), "%");
  EXPECT_EQ(hdf5_name(std::string_view("a\0b", 3)), "a%00b");
}

TEST(Hdf5Files, EqualResultsAreEqualBytesSecondsLater) {
  const testing::FakeRun run;
  const std::string schedule = schedule_h5(run.results, "schedule.h5"), cells = cells_h5(run.results, "cells.h5");
  ::sleep(2);
  EXPECT_TRUE(schedule == schedule_h5(run.results, "elsewhere/schedule.h5"));
  EXPECT_TRUE(cells == cells_h5(run.results, "elsewhere/cells.h5"));
}

TEST(Hdf5Files, ScheduleReadsBack) {
  const testing::FakeRun run;
  const LayerSchedule& layer = run.results.schedule.front();
  const OpenFile file(schedule_h5(run.results, "schedule.h5"));
  const char* sensitivity = "/layers/features%2F0.weight/sensitivity";
  EXPECT_EQ(file.read<double>(sensitivity, H5T_NATIVE_DOUBLE), layer.sensitivity);
  EXPECT_EQ(file.shape(sensitivity), (std::vector<hsize_t>{40, 8, 5, 5}));
  EXPECT_EQ(file.attribute(sensitivity, "unit"), "1");
  EXPECT_EQ(file.read<double>("/layers/features%2F0.weight/score/swim", H5T_NATIVE_DOUBLE), layer.selectors[0].score);
  EXPECT_EQ(file.read<std::int64_t>("/layers/features%2F0.weight/rank/random", H5T_NATIVE_INT64), layer.selectors[1].rank);
}

TEST(Hdf5Files, WhatIsEmptyIsLeftOut) {
  RunResults results;
  results.schedule.push_back({"w", {2, 2}, {}, {{"all", {}, {0, 1, 2, 3}}}});
  const OpenFile file(schedule_h5(results, "schedule.h5"));
  EXPECT_FALSE(file.has("/layers/w/sensitivity"));
  EXPECT_FALSE(file.has("/layers/w/score/all"));
  EXPECT_TRUE(file.has("/layers/w/rank/all"));
}

TEST(Hdf5Files, CellsReadBackWithTheirUnits) {
  const testing::FakeRun run;
  const TileCellsRecord& tile = run.results.cells[1].tiles[1];
  const OpenFile file(cells_h5(run.results, "cells.h5"));
  EXPECT_EQ(file.read<float>("/swim/1/0/1/target_uS", H5T_NATIVE_FLOAT), tile.target_uS);
  EXPECT_EQ(file.read<float>("/swim/1/0/1/final_uS", H5T_NATIVE_FLOAT), tile.final_uS);
  EXPECT_EQ(file.read<float>("/swim/0.1/0/1/read_back_uS", H5T_NATIVE_FLOAT), tile.read_back_uS);
  EXPECT_EQ(file.read<std::uint32_t>("/swim/1/0/1/pulses", H5T_NATIVE_UINT32), tile.pulses);
  EXPECT_EQ(file.read<std::uint8_t>("/swim/1/0/1/failed", H5T_NATIVE_UINT8), tile.failed);
  EXPECT_EQ(file.read<std::uint8_t>("/swim/0.1/0/1/verified", H5T_NATIVE_UINT8), run.results.cells[0].tiles[1].verified);
  EXPECT_EQ(file.attribute("/", "everything_verified"), "/swim/1/0");
  EXPECT_EQ(file.shape("/swim/1/0/1/failed"), (std::vector<hsize_t>{64, 48}));
  EXPECT_EQ(file.attribute("/swim/1/0/1/target_uS", "unit"), "uS");
  EXPECT_EQ(file.attribute("/swim/1/0/1/pulses", "unit"), "1");
}

TEST(Hdf5Files, LargeDataSetsShrink) {
  RunResults results;
  TileCellsRecord tile;
  tile.rows = 1000;
  tile.cols = 1000;
  tile.target_uS = tile.final_uS = tile.read_back_uS = std::vector<float>(1'000'000, 4.0f);
  tile.pulses.assign(1'000'000, 9);
  tile.failed.assign(1'000'000, 0);
  tile.verified.assign(1'000'000, 1);
  results.cells.push_back({"swim", 1, 0, {tile}});
  EXPECT_LT(cells_h5(results, "cells.h5").size(), 500'000u);
}

TEST(Hdf5Files, AWrongNumberOfValuesIsOurBug) {
  RunResults results;
  results.schedule.push_back({"w", {2, 2}, {1, 2, 3}, {}});
  EXPECT_THROW(schedule_h5(results, "schedule.h5"), std::logic_error);
}

TEST(Hdf5Files, ANameUsedTwiceIsAnErrorThatNamesTheFile) {
  RunResults results;
  results.schedule.push_back({"w", {1}, {1}, {}});
  results.schedule.push_back({"w", {1}, {1}, {}});
  try {
    schedule_h5(results, "some/schedule.h5");
    FAIL();
  } catch (const ResourceError& error) {
    EXPECT_NE(std::string(error.what()).find("some/schedule.h5"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("exists"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace swimsim
