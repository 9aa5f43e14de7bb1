#include "sim/report/csv_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "models/common/errors.h"
#include "sim/report/csv_files.h"
#include "tests/unit/report/fake_results.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;

std::string refusal(const std::function<void()>& act) {
  try {
    act();
  } catch (const InputError& error) {
    return to_string(error.diagnostics().front());
  }
  return "nothing was refused";
}

TEST(CsvTable, ReadsBackWhatIsWritten) {
  const RunResults results = testing::FakeRun().results;
  const CsvTable table(modules_csv(results), "modules.csv");
  ASSERT_EQ(table.rows(), results.modules.size());
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const ModuleRow& row = results.modules[i];
    EXPECT_EQ(table.text(i, "path"), row.path);
    EXPECT_EQ(table.text(i, "layer"), row.layer);
    EXPECT_EQ(table.integer(i, "busy_ps", 0, row.busy_ps), row.busy_ps);
    EXPECT_EQ(table.number(i, "utilisation"), row.utilisation);
    EXPECT_EQ(table.text(i, "energy_J").empty(), !row.energy_J.has_value());
  }
}

TEST(CsvTable, QuotedFieldsMayHoldAnything) {
  const std::string name = "a,\"b\"\nc";
  const CsvTable table("name,n\n" + csv_field(name) + ",7\n", "x.csv");
  EXPECT_EQ(table.text(0, "name"), name);
  EXPECT_EQ(table.integer(0, "n", 0, 7), 7);
}

TEST(CsvTable, RefusesWithItsPlace) {
  EXPECT_THAT(refusal([] { CsvTable("a,b\n1,2\n1\n", "x.csv"); }), HasSubstr("x.csv:3:1: 1 fields where the titles are 2"));
  EXPECT_THAT(refusal([] { CsvTable("a,b\n1,2", "x.csv"); }), HasSubstr("cut short"));
  const CsvTable table("a,b\n1,x\n9,-1\n", "x.csv");
  EXPECT_THAT(refusal([&] { table.text(0, "c"); }), HasSubstr("x.csv:1:1: no column 'c'"));
  EXPECT_THAT(refusal([&] { table.number(0, "b"); }), HasSubstr("x.csv:2:2: b 'x'"));
  EXPECT_THAT(refusal([&] { table.number(1, "b"); }), HasSubstr("not negative"));
  EXPECT_THAT(refusal([&] { table.integer(1, "a", 0, 8); }), HasSubstr("x.csv:3:1: a '9': expected a whole number from 0 to 8"));
}

}  // namespace
}  // namespace swimsim
