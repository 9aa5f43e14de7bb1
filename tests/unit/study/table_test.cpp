#include "sim/study/table.h"

#include <gtest/gtest.h>

#include "models/common/errors.h"

namespace swimsim {
namespace {

TEST(TextTable, ReadsWhatItWrites) {
  const TextTable table{{"a", "b,c"}, {{"1", "x"}, {"", "say \"no\""}, {"line\nbreak", ","}}};
  const TextTable again = parse_csv(csv_text(table), "t.csv");
  EXPECT_EQ(again.columns, table.columns);
  EXPECT_EQ(again.rows, table.rows);
}

TEST(TextTable, RefusesRaggedLines) {
  EXPECT_THROW(parse_csv("a,b\n1\n", "t.csv"), InputError);
  EXPECT_THROW(parse_csv("a\n\"1\n", "t.csv"), InputError);
  EXPECT_THROW(parse_csv("a\n\"1\"2\n", "t.csv"), InputError);
}

TEST(TextTable, HasAnHdf5FormWithTheSameBytesEveryTime) {
  const TextTable table{{"point", "selector", "time_s", "empty"}, {{"1", "swim", "0.5", ""}, {"2", "random", "", ""}}};
  const auto bytes = [&] {
    const Hdf5Writer file("x.h5");
    write_table(file, "results", table);
    return file.bytes();
  };
  EXPECT_EQ(bytes(), bytes());
}

TEST(TextTable, Hdf5KeepsTypesAndUnits) {
  const TextTable table{{"point", "selector", "time_s"}, {{"1", "swim", "0.5"}, {"2", "random", ""}}};
  const Hdf5Writer file("x.h5");
  write_table(file, "results", table);
  const auto type_class = [&](const char* name) {
    const Hdf5Handle set(H5Dopen2(file.root(), name, H5P_DEFAULT), H5Dclose);
    const Hdf5Handle type(H5Dget_type(set.id()), H5Tclose);
    return H5Tget_class(type.id());
  };
  EXPECT_EQ(type_class("results/point"), H5T_INTEGER);
  EXPECT_EQ(type_class("results/selector"), H5T_STRING);
  EXPECT_EQ(type_class("results/time_s"), H5T_FLOAT);
  const Hdf5Handle set(H5Dopen2(file.root(), "results/selector", H5P_DEFAULT), H5Dclose);
  const Hdf5Handle type(H5Dget_type(set.id()), H5Tclose);
  std::string text(12, '?');
  ASSERT_GE(H5Dread(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()), 0);
  EXPECT_EQ(text, std::string("swim\0\0random", 12));
}

}  // namespace
}  // namespace swimsim
