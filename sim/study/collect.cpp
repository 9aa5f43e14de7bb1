#include "sim/study/collect.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "models/common/read_file.h"
#include "sim/report/hdf5_writer.h"
#include "sim/study/point_record.h"
#include "sim/study/study_plots.h"
#include "sim/study/study_report.h"

namespace swimsim {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kLargestTableBytes = std::size_t{1} << 30;
constexpr const char* kManifest = "manifest.json";
constexpr const char* kTables[] = {"points.csv", "results.csv", "trials.csv", "results.h5", "report.html"};

std::vector<std::string> leading_columns(const Study& study) {
  std::vector<std::string> columns{"point", "name"};
  columns.insert(columns.end(), study.keys.begin(), study.keys.end());
  return columns;
}

std::vector<std::string> leading_fields(const StudyPoint& point) {
  std::vector<std::string> fields{fmt::format("{}", point.number), point.label};
  fields.insert(fields.end(), point.values.begin(), point.values.end());
  return fields;
}

/// Columns that a point has and the table does not are added, and left empty in the lines before.
void append(TextTable& table, const std::vector<std::string>& leading, const TextTable& part) {
  std::vector<std::size_t> place;
  for (const std::string& name : part.columns) {
    const auto first = table.columns.begin() + static_cast<std::ptrdiff_t>(leading.size());
    const auto found = std::find(first, table.columns.end(), name);
    place.push_back(static_cast<std::size_t>(found - table.columns.begin()));
    if (found != table.columns.end()) continue;
    table.columns.push_back(name);
    for (std::vector<std::string>& row : table.rows) row.emplace_back();
  }
  for (const std::vector<std::string>& fields : part.rows) {
    std::vector<std::string> row = leading;
    row.resize(table.columns.size());
    for (std::size_t i = 0; i < fields.size(); ++i) row[place[i]] = fields[i];
    table.rows.push_back(std::move(row));
  }
}

TextTable read_table(const fs::path& path) { return parse_csv(read_file(path.string(), kLargestTableBytes), path.string()); }

Json read_object(const fs::path& path) {
  Json json = Json::parse(read_file(path.string(), kLargestTableBytes), nullptr, false);
  if (!json.is_object()) throw InputError(fmt::format("{}: not what a point of a study writes", path.string()));
  return json;
}

PointNotes point_notes(int number, const Json& record) {
  PointNotes notes;
  notes.number = number;
  const Json synthetic = record.value("synthetic_images", Json()), words = record.value("notes", Json::array());
  notes.synthetic_images = synthetic.is_boolean() && synthetic.get<bool>();
  for (const Json& note : words) {
    if (note.is_string()) notes.notes.push_back(note.get<std::string>());
  }
  return notes;
}

/// The summary as a table of one line, after the figures of the record.
TextTable point_line(const Json& record, const Json& summary) {
  const auto text = [](const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return fmt::format("{}", value.get<std::int64_t>());
    return value.is_number() ? fmt::format("{}", value.get<double>()) : std::string();
  };
  TextTable line;
  line.rows.emplace_back();
  for (const char* key : {"trials", "ended", "accuracy_ci95_half_width"}) {
    line.columns.emplace_back(key);
    line.rows[0].push_back(text(record.value(key, Json())));
  }
  for (const auto& [key, statistic] : summary.items()) {
    line.columns.push_back(key);
    line.rows[0].push_back(text(statistic.is_object() ? statistic.value("value", Json()) : Json()));
  }
  return line;
}

std::string results_h5(const Study& study, const StudyTables& tables, const std::string& path) {
  const Hdf5Writer file(path);
  file.attribute(file.root(), "schema", "swimsim-study-results/1");
  file.attribute(file.root(), "study", study.name);
  write_table(file, "points", tables.points);
  write_table(file, "results", tables.results);
  write_table(file, "trials", tables.trials);
  return file.bytes();
}

void remove_old(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw ResourceError(path.string() + ": cannot remove this old file: " + error.message());
}

}  // namespace

StudyTables collect_points(const Study& study, const std::vector<int>& numbers, const std::string& folder) {
  StudyTables tables;
  for (TextTable* table : {&tables.points, &tables.results, &tables.trials}) table->columns = leading_columns(study);
  for (const int number : numbers) {
    const StudyPoint& point = study.points.at(static_cast<std::size_t>(number) - 1);
    const fs::path place = fs::path(folder) / point.folder;
    const std::vector<std::string> leading = leading_fields(point);
    const Json record = read_object(place / kPointRecord);
    append(tables.points, leading, point_line(record, read_object(place / "summary.json")));
    append(tables.results, leading, read_table(place / "programming.csv"));
    append(tables.trials, leading, read_table(place / "trials.csv"));
    tables.notes.push_back(point_notes(number, record));
  }
  return tables;
}

std::vector<std::string> study_files() {
  std::vector<std::string> files{kManifest};
  for (const char* name : kTables) files.emplace_back(name);
  for (const std::string& plot : study_plot_files()) files.push_back("plots/" + plot);
  return files;
}

void write_study(const Study& study, const StudyTables& tables, const ManifestInfo& info, const std::string& folder) {
  const fs::path path(folder);
  std::error_code error;
  fs::create_directories(path / "plots", error);
  if (error) throw ResourceError((path / "plots").string() + ": cannot make this folder: " + error.message());
  for (const std::string& file : study_files()) remove_old(path / file);

  std::vector<ResultFile> files;
  const auto write = [&](const std::string& file, const std::string& bytes) {
    write_file_atomically((path / file).string(), bytes);
    files.push_back({file, sha256_hex(bytes)});
  };
  write("points.csv", csv_text(tables.points));
  write("results.csv", csv_text(tables.results));
  write("trials.csv", csv_text(tables.trials));
  write("results.h5", results_h5(study, tables, (path / "results.h5").string()));
  const std::vector<Plot> plots = study_plots(tables);
  for (const Plot& plot : plots) write("plots/" + plot.file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + plot.svg);
  write("report.html", study_report_html(study, tables, plots, info));
  write_file_atomically((path / kManifest).string(), manifest_json(info, files, {}));
}

}  // namespace swimsim
