#include "sim/report/report_html.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/report/fake_results.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The body as XML: only void elements of the head would disturb, and there are none in the body.
std::string body(const std::string& html) {
  const std::size_t start = html.find("<body>"), end = html.find("</body>");
  return html.substr(start, end + 7 - start);
}

TEST(ReportHtml, TellsTheAnswerInWords) {
  const std::string html = report_html(testing::FakeRun().results, testing::FakeRun::info());
  EXPECT_THAT(html, HasSubstr("takes 50.0\u00a0ms and 10.5\u00a0\u00b5J and gives 97.77 % accuracy"));
  EXPECT_THAT(html, HasSubstr("With swim, fraction 0.3 is enough for 97.37 %"));
  EXPECT_THAT(html, HasSubstr("With random, no smaller fraction"));
  EXPECT_THAT(html, HasSubstr("images of this run are synthetic"));
  EXPECT_THAT(html, HasSubstr("12 of 105918 weights were clipped"));
  EXPECT_THAT(html, HasSubstr("max_attempts: 60"));
}

TEST(ReportHtml, IsWellFormedSelfContainedAndTheSameTwice) {
  const testing::FakeRun run;
  ManifestInfo other = run.info();
  other.threads = 99;
  other.wall_seconds.clear();
  other.host = other.host_time = "elsewhere";
  const std::string html = report_html(run.results, run.info());
  EXPECT_EQ(testing::xml_problem(body(html)), "");
  EXPECT_EQ(html, report_html(testing::FakeRun().results, other));
  for (const char* outside : {"<script", "<link", "<img", "@import", "url(", "href=", "src="}) EXPECT_THAT(html, Not(HasSubstr(outside)));
}

TEST(ReportHtml, EscapesEverythingThatComesFromOutside) {
  const std::string evil = "</pre><script>alert('x')</script>&\"\x01\xff";
  testing::FakeRun run;
  run.results.name = run.results.resolved_workload = evil;
  run.results.notes = {evil};
  for (auto& row : run.results.programming) row.selector += evil;
  for (auto& row : run.results.trials) row.selector += evil;
  for (auto& row : run.results.layers) row.layer += evil;
  for (auto& figure : run.results.summary) figure.key = figure.unit = figure.description = evil;
  run.results.loop.push_back({evil, 0, 0, 0.05, 0.05, 1, 1, 0.9, -1, false});
  ManifestInfo info = run.info();
  info.version = info.status = evil;
  const std::string html = report_html(run.results, info);
  EXPECT_EQ(testing::xml_problem(body(html)), "");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  EXPECT_EQ(html.find('\x01'), std::string::npos);
  EXPECT_EQ(html.find('\xff'), std::string::npos);
}

TEST(ReportHtml, AnInterruptedRunSaysSo) {
  ManifestInfo info = testing::FakeRun::info();
  EXPECT_THAT(report_html(testing::FakeRun().results, info), Not(HasSubstr("Status of this run")));
  info.status = "interrupted";
  EXPECT_THAT(report_html(testing::FakeRun().results, info), HasSubstr("Status of this run: interrupted"));
}

TEST(ReportHtml, ClaimsNothingWithoutResults) {
  const std::string html = report_html(RunResults{}, testing::FakeRun::info());
  EXPECT_EQ(testing::xml_problem(body(html)), "");
  EXPECT_THAT(html, HasSubstr("No programming of the chip was finished"));
  EXPECT_THAT(html, Not(HasSubstr("<svg")));
}

TEST(ReportHtml, WithoutTheFullRunItDoesNotSpeakOfIt) {
  testing::FakeRun run;
  run.results.summary.clear();
  auto& rows = run.results.programming;
  rows.erase(std::remove_if(rows.begin(), rows.end(), [](const ProgrammingRow& row) { return row.fraction == 1; }), rows.end());
  const std::string html = report_html(run.results, run.info());
  EXPECT_THAT(html, HasSubstr("did not verify everything"));
  EXPECT_THAT(html, Not(HasSubstr("Programming everything (")));
}

}  // namespace
}  // namespace swimsim
