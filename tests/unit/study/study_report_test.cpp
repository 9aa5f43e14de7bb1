#include "sim/study/study_report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/study/study_curves.h"
#include "sim/study/study_plots.h"
#include "tests/unit/report/xml_check.h"

namespace swimsim {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// A study of `count` points, each with the same accuracies of two selectors at three fractions.
struct MadeUpStudy {
  Study study;
  StudyTables tables;
  ManifestInfo info;

  explicit MadeUpStudy(int count = 2, const std::string& word = "plain") {
    study.name = "made_up" + word;
    study.keys = {"device.card"};
    tables.points.columns = {"point", "name", "device.card", "trials", "ended", "accuracy_ci95_half_width", "full_time_s"};
    tables.results.columns = {"point",    "name",          "device.card",       "selector",           "fraction", "nwc",  "time_s",
                              "energy_J", "accuracy_mean", "accuracy_ci95_low", "accuracy_ci95_high", "trials",   "price"};
    for (int number = 1; number <= count; ++number) add_point(number, word);
    info.status = "complete";
    info.version = "1.2.3";
    info.seed = 5;
    info.host_time = "2001-02-03";
    info.host = "somewhere";
  }

  void add_point(int number, const std::string& word) {
    StudyPoint point;
    point.number = number;
    point.label = fmt::format("{} {}", word, number);
    point.folder = fmt::format("points/{} {}", number, word);
    point.values = {word};
    study.points.push_back(point);
    const std::string name = fmt::format("{}", number);
    tables.points.rows.push_back({name, point.label, word, "3", "narrow enough", "0.01", "0.5"});
    tables.notes.push_back({number, false, {"A note for all.", fmt::format("A note for {}.", number)}});
    for (const std::string selector : {"swim", "random"}) {
      for (const auto& [fraction, accuracy] : {std::pair{"0", "0.6"}, {"0.1", selector == "swim" ? "0.9" : "0.7"}, {"1", "0.904"}})
        tables.results.rows.push_back({name, point.label, word, selector, fraction, fraction,
                                       fraction == std::string("0.1") ? "0.05" : "0.5", "1e-06", accuracy, "0.59", "0.91", "3", ""});
    }
  }

  std::string html() const { return study_report_html(study, tables, study_plots(tables), info); }
};

std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t start = text.find(from) + from.size();
  return text.substr(start, text.find(to, start) - start);
}

/// The body without what is in its scripts, as XML.
std::string body(const std::string& html) {
  std::string text = html.substr(html.find("<body>"), html.find("</body>") + 7 - html.find("<body>"));
  for (std::size_t at = 0; (at = text.find("<script", at)) != std::string::npos; ++at) {
    const std::size_t start = text.find('>', at) + 1;
    text.erase(start, text.find("</script>", start) - start);
  }
  return text;
}

nlohmann::json data(const std::string& html) { return nlohmann::json::parse(between(html, "id=\"study-data\">", "</script>")); }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++times;
  return times;
}

TEST(StudyReport, HasTheFiguresAsDataForItsScript) {
  const nlohmann::json json = data(MadeUpStudy().html());
  EXPECT_EQ(json["selectors"], nlohmann::json({"swim", "random"}));
  EXPECT_EQ(json["points"][1], nlohmann::json({{"number", 2}, {"name", "plain 2"}}));
  ASSERT_EQ(json["curves"].size(), 4u);
  EXPECT_EQ(json["curves"][3]["point"], 1);
  EXPECT_EQ(json["curves"][3]["selector"], 1);
  EXPECT_EQ(json["curves"][0]["rows"][1], nlohmann::json::parse("[0.1, 0.1, 0.05, 1e-06, 0.9, 0.59, 0.91, 3, null]"));
}

TEST(StudyReport, HasThemAsTables) {
  const std::string html = MadeUpStudy().html();
  EXPECT_THAT(html,
              HasSubstr("<a href=\"points/2%20plain/report.html\">plain 2</a></th><td class=\"w\">swim</td><td>60.00 \u00b1 16.00</td>"));
  EXPECT_THAT(
      html,
      HasSubstr("<td class=\"w\">swim</td><td>0.1</td><td>90.00 \u00b1 16.00</td><td>0.100</td><td>50.0\u00a0ms</td><td>10.0 %</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"w\">random</td><td>1</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"w\">plain 1</td><td class=\"w\">narrow enough</td><td>3</td>"));
}

TEST(StudyReport, SaysWhatAnAccuracyIsWorth) {
  MadeUpStudy made;
  made.tables.notes[1].synthetic_images = true;
  made.info.status = "interrupted";
  const std::string html = made.html();
  EXPECT_THAT(html, HasSubstr("<li>A note for all.</li>\n<li>Point 1: A note for 1.</li>\n<li>Point 2: A note for 2.</li>"));
  EXPECT_THAT(html, HasSubstr("The images of some of its points are synthetic"));
  EXPECT_THAT(html, HasSubstr("Status of this study: interrupted"));
  EXPECT_THAT(MadeUpStudy().html(), Not(HasSubstr("class=\"warn\"")));
}

TEST(StudyReport, ANoteOfSomePointsNamesThem) {
  MadeUpStudy made(6);
  for (const std::size_t i : {0, 2, 3, 4}) made.tables.notes[i].notes = {"Of some."};
  EXPECT_THAT(made.html(), HasSubstr("<li>Points 1, 3 to 5: Of some.</li>"));
}

TEST(StudyReport, OneTrialHasNoInterval) {
  MadeUpStudy made;
  for (std::vector<std::string>& row : made.tables.results.rows) row[made.tables.results.column("trials")] = "1";
  EXPECT_THAT(made.html(), HasSubstr("<td class=\"w\">swim</td><td>60.00</td>"));
}

TEST(StudyReport, PricesStandBehindFractions) {
  MadeUpStudy made;
  for (std::size_t i = 0; i < 3; ++i) made.tables.results.rows[i].back() = i == 1 ? "0.25" : "2";
  const std::string html = made.html();
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">1</th><th scope=\"col\">price 2</th><th scope=\"col\">price 0.25</th>"));
  EXPECT_EQ(data(html)["curves"][0]["rows"][1][8], 0.25);
}

TEST(StudyReport, ALoosenessIsNoPrice) {
  MadeUpStudy made;
  for (std::size_t i = 0; i < 6; ++i) made.tables.results.rows[i].back() = "2";
  for (std::size_t i = 3; i < 6; ++i) made.tables.results.rows[i][3] = "swim_tolerance";
  const std::string html = made.html();
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\">price 2</th><th scope=\"col\">looseness 2</th>"));
  EXPECT_EQ(data(html)["price_words"], nlohmann::json({"price", "looseness", "price"}));
}

TEST(StudyReport, WithNothingVerifiedThroughoutNothingIsCompared) {
  MadeUpStudy made;
  for (std::vector<std::string>& row : made.tables.results.rows) {
    if (row[4] == "1") row[4] = "0.9";
  }
  EXPECT_THAT(made.html(), Not(HasSubstr("At equal accuracy")));
  for (std::vector<std::string>& row : made.tables.results.rows) {
    if (row[4] == "0.9") row[4] = "1";
    row[3] = "in_situ";  // whose fraction 1 is a budget
  }
  EXPECT_THAT(made.html(), Not(HasSubstr("At equal accuracy")));
}

TEST(StudyReport, IsTheSameWhereverAndWheneverItIsMade) {
  MadeUpStudy made;
  const std::string html = made.html();
  made.info.host_time = made.info.host = "elsewhere";
  made.info.threads = 7;
  made.info.wall_seconds = {{"study", 3.0}};
  made.study.source = "/some/other/place.yaml";
  EXPECT_EQ(html, made.html());
}

TEST(StudyReport, EscapesEverythingThatComesFromOutside) {
  const std::string evil = "</script></p><script>alert('x')</script><!--&\"\x01\xff";
  MadeUpStudy made(2, evil);
  made.study.points[0].workload.dataset.name = made.study.points[0].workload.card.name = evil;
  made.tables.notes[0].notes = {evil};
  made.info.version = made.info.status = made.info.compiler = evil;
  for (std::vector<std::string>& row : made.tables.results.rows) row[3] += evil;
  const std::string html = made.html();
  EXPECT_EQ(testing::xml_problem(body(html)), "");
  EXPECT_THAT(body(html), Not(HasSubstr("alert('x')")));
  EXPECT_EQ(count(body(html), "<script"), count(html, "</script>"));
  EXPECT_THAT(html, Not(HasSubstr("<!--")));
  EXPECT_EQ(count(html, "</script>"), 4u);  // the data and three scripts
  EXPECT_EQ(data(html)["points"][0]["name"], "</script></p><script>alert('x')</script><!--&\"\x01\uFFFD 1");
}

TEST(StudyReport, ALargeStudyStaysInItsFilesAndThePageSaysSo) {
  const std::string html = MadeUpStudy(static_cast<int>(kMostDrawnPoints) + 5).html();
  EXPECT_EQ(data(html)["points"].size(), kMostDrawnPoints);
  EXPECT_EQ(data(html)["curves"].size(), 2 * kMostDrawnPoints);
  EXPECT_THAT(html, HasSubstr("The first 200 of 205 points; all are in results.csv."));
  EXPECT_THAT(html, HasSubstr("The first 100 of 205 points; all are in results.csv and points.csv."));
  EXPECT_THAT(html, HasSubstr("points/100%20plain/report.html"));
  EXPECT_THAT(html, Not(HasSubstr("points/101%20plain/report.html")));
  EXPECT_THAT(MadeUpStudy(100).html(), Not(HasSubstr("The first")));
}

TEST(StudyReport, DrawsWholePointsAsLongAsTheirRowsFit) {
  const StudyCurvePoint row;
  const std::vector<StudyCurve> curves{{1, "swim", {row, row}}, {1, "random", {row}}, {4, "swim", {row, row}}, {5, "swim", {row}}};
  EXPECT_EQ(leading_curves(curves, 9, 99), 4u);
  EXPECT_EQ(leading_curves(curves, 2, 99), 3u);
  EXPECT_EQ(leading_curves(curves, 9, 5), 3u);
  EXPECT_EQ(leading_curves(curves, 9, 4), 2u);
  EXPECT_EQ(leading_curves(curves, 9, 1), 2u);  // one at least
  EXPECT_EQ(leading_curves({}, 9, 9), 0u);
}

TEST(StudyReport, LoadsNothingAndHasItsPicturesWithoutScripts) {
  const std::string html = MadeUpStudy().html();
  EXPECT_THAT(html, HasSubstr("content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'\""));
  for (const char* outside : {"<link", "<img", "@import", "url(", " src="}) EXPECT_THAT(body(html), Not(HasSubstr(outside)));
  EXPECT_EQ(count(body(html), "<svg"), 3u);
  EXPECT_THAT(body(html), Not(HasSubstr("<?xml")));
  EXPECT_THAT(html, HasSubstr("Permission is hereby granted, free of charge"));
}

TEST(StudyReport, ClaimsNothingWithoutPoints) {
  const std::string html = MadeUpStudy(0).html();
  EXPECT_EQ(testing::xml_problem(body(html)), "");
  EXPECT_THAT(html, Not(HasSubstr("study-data")));
  EXPECT_THAT(html, Not(HasSubstr("<table")));
}

}  // namespace
}  // namespace swimsim
