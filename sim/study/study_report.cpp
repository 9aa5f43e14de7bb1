#include "sim/study/study_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "models/common/embedded_file.h"
#include "sim/report/html_parts.h"
#include "sim/report/markup.h"
#include "sim/report/report_style.h"
#include "sim/study/study_curves.h"
#include "sim/study/study_report_tables.h"

namespace swimsim {

/// Scripts, style and licences of the page: cmake/EmbedFiles.cmake.
const std::vector<EmbeddedFile>& study_page_files();

namespace {

/// A selector has done as well as verifying everything when its mean accuracy is at most so far below: SWIM's budget.
constexpr double kGoodEnough = 0.005;
constexpr std::size_t kMostValues = 12;  ///< of a key, written out

/// Nothing is loaded, whatever stands in the page.
constexpr const char* kNothingFromOutside =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'\">";

std::string page_file(std::string_view name) { return std::string(find_embedded(study_page_files(), name)->text); }

/// A script as it stands in HTML: what would end the element, or hide its end, is written as texts and regular expressions may have it.
std::string script_element(std::string script) {
  for (const auto& [from, to] : {std::pair{"</script", "<\\/script"}, std::pair{"<!--", "<\\!--"}}) {
    for (std::size_t at = 0; (at = script.find(from, at)) != std::string::npos; ++at) script.replace(at, std::string_view(from).size(), to);
  }
  return "<script>\n" + script + "\n</script>\n";
}

std::string joined(std::vector<std::string> words) {
  std::string text;
  const std::size_t shown = words.size() > kMostValues ? kMostValues : words.size();
  for (std::size_t i = 0; i < shown; ++i) text += (i > 0 ? ", " : "") + words[i];
  return shown < words.size() ? fmt::format("{}, ... ({} values)", text, words.size()) : text;
}

void add_new(std::vector<std::string>& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

std::string term(const std::string& word, const std::string& meaning) {
  return meaning.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_markup(word), escape_markup(meaning));
}

std::string trials_text(const Study& study) {
  if (!study.until) return fmt::format("{} at each point", study.trials.at_most);
  const StopRule& rule = *study.until;
  std::string where = rule.selector.empty() ? "every selector" : rule.selector;
  where += rule.fraction ? fmt::format(" at fraction {:.6g}", *rule.fraction) : " at every fraction";
  return fmt::format("{} to {} at each point, until half of the 95 % interval of {} ({}) is at most {}", study.trials.at_least,
                     study.trials.at_most, rule.of, where, rule.ci95_half_width);
}

std::string ended_text(const Study& study, const TextTable& points) {
  std::string text = fmt::format("{} of {} points are finished", points.rows.size(), study.points.size());
  if (!study.until || points.rows.empty()) return text;
  const std::size_t column = points.column("ended");
  const auto narrow = std::count_if(points.rows.begin(), points.rows.end(),
                                    [column](const std::vector<std::string>& row) { return row[column] == "narrow enough"; });
  if (static_cast<std::size_t>(narrow) == points.rows.size()) return text + "; each ended because its interval was narrow enough";
  return fmt::format("{}; {} ended because the interval was narrow enough, the others at the largest number of trials", text, narrow);
}

/// What all points share, or that it varies.
std::string common(const Study& study, std::string (*word)(const Workload&)) {
  std::vector<std::string> words;
  for (const StudyPoint& point : study.points) add_new(words, word(point.workload));
  return joined(words);
}

std::string what_was_run(const Study& study, const StudyTables& tables, const std::vector<StudyCurve>& curves, const ManifestInfo& info) {
  std::string html = "<dl class=\"what\">\n";
  html += term("network", common(study, [](const Workload& workload) {
                 const Workload::Network& network = workload.network;
                 return network.onnx.empty() ? network.builtin : std::filesystem::path(network.onnx).filename().string();
               }));
  html += term("data set", common(study, [](const Workload& workload) { return workload.dataset.name; }));
  html += term("device", common(study, [](const Workload& workload) { return workload.card.name; }));
  html += term("scheme", common(study, [](const Workload& workload) { return workload.programming.scheme; }));
  for (std::size_t i = 0; i < study.keys.size(); ++i) {
    std::vector<std::string> values;
    for (const StudyPoint& point : study.points) {
      if (!point.values[i].empty()) add_new(values, point.values[i]);
    }
    html += term(study.keys[i] + " (varies)", joined(values));
  }
  html += term("selectors", joined(selectors_of(curves)));
  html += term("trials", trials_text(study));
  const bool varies = std::find(study.keys.begin(), study.keys.end(), "seed") != study.keys.end();
  if (!varies) html += term("seed", fmt::format("{}", info.seed));
  html += term("ended", ended_text(study, tables.points));
  html += term("program", fmt::format("swimsim {}, {}, {}", info.version, info.compiler, info.instruction_set));
  return html + "</dl>\n";
}

std::string warnings(const StudyTables& tables, const ManifestInfo& info) {
  std::string html;
  if (info.status != "complete")
    html += html_warning("Status of this study: " + info.status +
                         ". The page holds the points that are finished, not all that were asked for.");
  const auto synthetic =
      std::count_if(tables.notes.begin(), tables.notes.end(), [](const PointNotes& point) { return point.synthetic_images; });
  if (synthetic > 0) {
    html +=
        html_warning(fmt::format("The images of {} are synthetic: a procedure drew them from a seed. These accuracies say nothing about a "
                                 "real data set.",
                                 static_cast<std::size_t>(synthetic) == tables.notes.size() ? "this study" : "some of its points"));
  }
  return html;
}

/// "1, 3 to 5" of rising numbers.
std::string spans(const std::vector<int>& numbers) {
  std::vector<std::string> words;
  for (std::size_t first = 0, end = 0; first < numbers.size(); first = end) {
    for (end = first + 1; end < numbers.size() && numbers[end] == numbers[end - 1] + 1; ++end) continue;
    words.push_back(end - first == 1 ? fmt::format("{}", numbers[first]) : fmt::format("{} to {}", numbers[first], numbers[end - 1]));
  }
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Each note once, with the points that it is about.
std::string notes(const StudyTables& tables) {
  std::vector<std::string> texts;
  for (const PointNotes& point : tables.notes) {
    for (const std::string& note : point.notes) add_new(texts, note);
  }
  for (std::string& text : texts) {
    std::vector<int> numbers;
    for (const PointNotes& point : tables.notes) {
      if (std::find(point.notes.begin(), point.notes.end(), text) != point.notes.end()) numbers.push_back(point.number);
    }
    if (numbers.size() < tables.notes.size())
      text = fmt::format("{} {}: {}", numbers.size() == 1 ? "Point" : "Points", spans(numbers), text);
  }
  return html_list(texts);
}

std::string static_plots(const std::vector<Plot>& plots) {
  std::string html;
  for (const Plot& plot : plots)
    html += "<figure>\n" + plot.svg + "<figcaption>" + escape_markup(plot.caption) + "</figcaption>\n</figure>\n";
  return "<div class=\"plots\" id=\"static-plots\">\n" + html + "</div>\n";
}

std::string shown_first(std::size_t shown, std::size_t all, const std::string& where) {
  return shown < all ? html_paragraph(fmt::format("The first {} of {} points; all are in {}.", shown, all, where)) : "";
}

std::size_t points_of(const std::vector<StudyCurve>& curves, std::size_t count) {
  std::size_t points = 0;
  for (std::size_t i = 0; i < count; ++i) points += i == 0 || curves[i].point != curves[i - 1].point ? 1 : 0;
  return points;
}

/// Empty until the script fills it; the static pictures stand there until then.
std::string plot_section(const std::vector<StudyCurve>& curves, std::size_t drawn, const std::vector<Plot>& plots) {
  if (drawn == 0) return "";
  return shown_first(points_of(curves, drawn), points_of(curves, curves.size()), "results.csv") +
         "<div id=\"interactive\" hidden=\"\">\n"
         "<div id=\"plot-frame\"><div id=\"plot\" role=\"img\"></div><div id=\"plot-tip\" role=\"status\" hidden=\"\"></div></div>\n"
         "<p id=\"plot-hint\"></p>\n<form class=\"panel\" id=\"plot-panel\"></form>\n</div>\n" +
         static_plots(plots);
}

std::string files_section() {
  return html_list(
      {"results.csv: a line for each point, selector and fraction; trials.csv: each trial; points.csv: each point; results.h5: "
       "the same tables as HDF5.",
       "plots: the pictures that a page without scripts shows, as SVG.",
       "points: a folder for each point, with a page of its own that tells more.",
       "manifest.json: checksums of all this; study.yaml: the study as it was read."});
}

std::string licences() {
  return "<details>\n<summary>Licences of the scripts in this page</summary>\n<pre tabindex=\"0\">" + escape_markup(page_file("licences")) +
         "</pre>\n</details>\n";
}

}  // namespace

std::string study_report_html(const Study& study, const StudyTables& tables, const std::vector<Plot>& plots, const ManifestInfo& info) {
  const std::vector<StudyCurve> curves = study_curves(tables.results);
  const std::size_t drawn = curves.empty() ? 0 : leading_curves(curves, kMostDrawnPoints, kMostDrawnRows);
  const std::size_t points = tables.points.rows.size();
  const std::string tabled = shown_first(std::min(points, kMostTabledPoints), points, "results.csv and points.csv");
  const std::string title = "Study: " + study.name;

  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{}\n<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n<main>\n",
      kNothingFromOutside, escape_markup(title), kReportStyle, page_file("study_style"));
  html += "<h1>" + escape_markup(title) + "</h1>\n";
  html += "<p class=\"small\">" + escape_markup("Times and energies are simulated, not measured on a chip.") + "</p>\n";
  html += warnings(tables, info);
  html += what_was_run(study, tables, curves, info);
  html += html_section("Accuracy and what it costs", plot_section(curves, drawn, plots));
  html += html_section("Notes", notes(tables));
  const std::string equal = equal_accuracy_table(study, curves, kGoodEnough, kMostTabledPoints);
  html += html_section("At equal accuracy",
                       equal.empty() ? ""
                                     : html_paragraph("By means alone, whatever their intervals; only fractions that were run count. Full: "
                                                      "everything verified, in the same point.") +
                                           equal);
  const std::string accuracy = accuracy_table(study, curves, kMostTabledPoints);
  html += html_section("Accuracy", accuracy.empty() ? "" : tabled + accuracy);
  html += html_section("Points", points_table(study, tables.points, kMostTabledPoints));
  html += html_section("Files", files_section());
  html += licences();
  if (drawn > 0) {
    html += "<script type=\"application/json\" id=\"study-data\">" + curves_json(study, curves, drawn) + "</script>\n";
    for (const char* script : {"jquery.min", "jquery.flot.min", "study_plot"}) html += script_element(page_file(script));
  }
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace swimsim
