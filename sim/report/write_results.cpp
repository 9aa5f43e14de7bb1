#include "sim/report/write_results.h"

#include <filesystem>
#include <iterator>
#include <system_error>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "sim/report/csv_files.h"
#include "sim/report/hdf5_files.h"
#include "sim/report/plots.h"
#include "sim/report/report_html.h"

namespace swimsim {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "manifest.json";
constexpr const char* kTraceFiles[] = {"trace.gtkw", "trace.vcd"};
constexpr const char* kAlways[] = {"workload.resolved.yaml", "report.html", "summary.json", "trials.csv", "programming.csv", "layers.csv"};
constexpr const char* kSometimes[] = {"quantization.csv", "inference.csv", "levels.csv", "pulse_train.csv", "loop.csv", "modules.csv",
                                      "rows.csv",         "tiles.csv",     "orders.csv", "schedule.h5",     "cells.h5"};

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder)) {
    throw ResourceError(folder.string() + ": cannot make this folder: " + (error ? error.message() : "there is a file of this name"));
  }
}

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw ResourceError(path.string() + ": cannot remove this old file: " + error.message());
}

/// Writes the files of one run and keeps what the manifest has to say about them.
class ResultFolder {
 public:
  explicit ResultFolder(fs::path folder) : folder_(std::move(folder)) {}

  std::string path(const std::string& file) const { return (folder_ / file).string(); }

  void write(const std::string& file, const std::string& bytes) {
    write_file_atomically(path(file), bytes);
    files_.push_back({file, sha256_hex(bytes)});
  }

  const std::vector<ResultFile>& files() const { return files_; }

 private:
  fs::path folder_;
  std::vector<ResultFile> files_;
};

/// The manifest, and what this run need not write over.
void remove_old_files(const fs::path& folder) {
  remove_file(folder / kManifest);
  for (const char* file : kSometimes) remove_file(folder / file);
  for (const std::string& plot : plot_files()) remove_file(folder / "plots" / plot);
}

std::vector<ResultFile> trace_files(const fs::path& folder) {
  std::vector<ResultFile> files;
  for (const char* name : kTraceFiles) {
    if (fs::exists(folder / name)) files.push_back({name, sha256_hex_of_file((folder / name).string())});
  }
  return files;
}

}  // namespace

std::vector<std::string> result_files() {
  std::vector<std::string> files = {kManifest};
  files.insert(files.end(), std::begin(kAlways), std::end(kAlways));
  files.insert(files.end(), std::begin(kSometimes), std::end(kSometimes));
  files.insert(files.end(), std::begin(kTraceFiles), std::end(kTraceFiles));
  for (const std::string& plot : plot_files()) files.push_back("plots/" + plot);
  return files;
}

void write_results(const RunResults& results, const ManifestInfo& info, const std::string& folder_name) {
  const fs::path folder(folder_name);
  make_folder(folder);
  make_folder(folder / "plots");
  remove_old_files(folder);

  ResultFolder out(folder);
  out.write("workload.resolved.yaml", results.resolved_workload);
  out.write("summary.json", summary_json(results));
  out.write("trials.csv", trials_csv(results));
  out.write("programming.csv", programming_csv(results));
  out.write("layers.csv", layers_csv(results));
  if (!results.quantization.empty()) out.write("quantization.csv", quantization_csv(results));
  if (!results.inference.empty()) out.write("inference.csv", inference_csv(results));
  if (!results.levels.empty()) out.write("levels.csv", levels_csv(results));
  if (!results.pulse_train.events.empty()) out.write("pulse_train.csv", pulse_train_csv(results));
  if (!results.loop.empty()) out.write("loop.csv", loop_csv(results));
  if (!results.modules.empty()) out.write("modules.csv", modules_csv(results));
  if (!results.rows.empty()) out.write("rows.csv", rows_csv(results));
  if (!results.tiles.empty()) out.write("tiles.csv", tiles_csv(results));
  if (const std::string orders = orders_csv(results); !orders.empty()) out.write("orders.csv", orders);
  if (!results.schedule.empty()) out.write("schedule.h5", schedule_h5(results, out.path("schedule.h5")));
  if (!results.cells.empty()) out.write("cells.h5", cells_h5(results, out.path("cells.h5")));
  for (const Plot& plot : make_plots(results)) out.write("plots/" + plot.file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + plot.svg);
  out.write("report.html", report_html(results, info));
  write_file_atomically(out.path(kManifest), manifest_json(info, out.files(), trace_files(folder)));
}

}  // namespace swimsim
