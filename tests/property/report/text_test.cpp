#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdlib>
#include <set>

#include "sim/report/csv_files.h"
#include "sim/report/hdf5_files.h"
#include "sim/report/markup.h"
#include "sim/report/svg_axis.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

RC_GTEST_PROP(Markup, AnyBytesBecomeWellFormed, (const std::string& bytes)) {
  const std::string escaped = escape_markup(bytes);
  RC_ASSERT(testing::xml_problem("<a b=\"" + escaped + "\">" + escaped + "</a>") == "");
}

RC_GTEST_PROP(Hdf5Name, IsALinkAndTellsNamesApart, (const std::string& one, const std::string& other)) {
  const std::string name = hdf5_name(one);
  RC_ASSERT(!name.empty() && name != "." && name.find('/') == std::string::npos && name.find('\0') == std::string::npos);
  RC_ASSERT((name == hdf5_name(other)) == (one == other));
}

RC_GTEST_PROP(CsvFiles, NumbersReadBackEqual, (double fraction, std::int64_t time_ps)) {
  RunResults results;
  results.trials.resize(1);
  results.trials[0].fraction = fraction;
  results.trials[0].time_ps = time_ps;
  const std::string csv = trials_csv(results);
  const std::string line = csv.substr(csv.find('\n') + 1);
  RC_ASSERT(std::strtod(line.c_str() + 1, nullptr) == fraction);
  RC_ASSERT(line.find("," + std::to_string(time_ps) + ",") != std::string::npos);
}

RC_GTEST_PROP(AxisScale, CoversEveryValueWithAFewTicks, (std::vector<double> values, bool from_zero)) {
  const AxisScale scale({"", false, from_zero, false}, values, 0, 100);
  for (double value : values) {
    if (!scale.shows(value)) continue;
    RC_ASSERT(scale.pixel(value) > -0.01 && scale.pixel(value) < 100.01);
  }
  RC_ASSERT(scale.ticks().size() >= 2 && scale.ticks().size() <= 20);
}

}  // namespace
}  // namespace swimsim
