#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <set>
#include <system_error>

#include "models/common/atomic_file.h"
#include "models/common/errors.h"
#include "models/common/hash.h"
#include "sim/app/commands.h"
#include "sim/app/exit_codes.h"
#include "sim/app/load_workload.h"
#include "sim/app/manifest_info.h"
#include "sim/app/result_folder.h"
#include "sim/app/signals.h"
#include "sim/app/study_progress.h"
#include "sim/engine/experiment.h"
#include "sim/engine/interrupt.h"
#include "sim/report/human_units.h"
#include "sim/report/terminal_table.h"
#include "sim/report/write_results.h"
#include "sim/study/collect.h"
#include "sim/study/point_record.h"
#include "sim/study/read_study.h"
#include "sim/study/stop_rule.h"

namespace swimsim {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kLongestLine = 160;

struct LoadedStudy {
  WorkloadText text;
  Study study;
};

LoadedStudy load_study(const StudyArguments& arguments) {
  ReadOptions options = read_options(arguments);
  const StudyOverrides overrides{std::move(options.overrides), arguments.trials};
  options.overrides.clear();
  LoadedStudy loaded;
  loaded.text = find_study(arguments.workload);
  StudyOrErrors read = read_study(loaded.text, options, overrides);
  if (!read.study) throw InputError(std::move(read.mistakes));
  loaded.study = std::move(*read.study);
  return loaded;
}

/// The numbers of the points that the command is about.
std::vector<int> wanted_points(const Study& study, const std::vector<int>& asked) {
  const int count = static_cast<int>(study.points.size());
  std::set<int> numbers(asked.begin(), asked.end());
  for (const int number : numbers) {
    if (number < 1 || number > count) throw InputError(fmt::format("--point {}: the study has points 1 to {}", number, count));
  }
  for (int number = 1; asked.empty() && number <= count; ++number) numbers.insert(number);
  return {numbers.begin(), numbers.end()};
}

const StudyPoint& point_of(const Study& study, int number) { return study.points[static_cast<std::size_t>(number) - 1]; }

std::string title_of(const Study& study, const StudyPoint& point) {
  return fmt::format("point {} of {} ({})", point.number, study.points.size(), point.label);
}

/// Seconds that each point takes, about. What is wrong with the data is found here, before anything is written.
std::vector<double> estimates(const Study& study, const std::vector<int>& numbers, const RunOptions& options, Progress& progress) {
  std::vector<double> seconds;
  progress.begin("checking the points", static_cast<std::int64_t>(numbers.size()));
  for (const int number : numbers) {
    if (interrupt_requested()) throw Interrupted();
    const StudyPoint& point = point_of(study, number);
    try {
      seconds.push_back(estimate_experiment(point.workload, options).seconds);
    } catch (const InputError& error) {
      throw InputError(fmt::format("{}: {}", title_of(study, point), error.what()));
    }
    progress.advance(static_cast<std::int64_t>(seconds.size()));
  }
  progress.end();
  return seconds;
}

int list_points(const Study& study, const std::vector<int>& numbers, const RunOptions& options) {
  std::vector<std::vector<std::string>> lines{{"point", "folder", "programmings", "about", "sets"}};
  double sum_s = 0;
  std::string unknown;
  for (const int number : numbers) {
    const StudyPoint& point = point_of(study, number);
    std::string settings, programmings = "?", about = "?";
    for (std::size_t i = 0; i < study.keys.size(); ++i) {
      if (!point.values[i].empty()) settings += fmt::format("{}{}={}", settings.empty() ? "" : ", ", study.keys[i], point.values[i]);
    }
    try {
      const RunEstimate estimate = estimate_experiment(point.workload, options);
      programmings = fmt::format("{}", estimate.chip_programmings);
      about = format_duration(estimate.seconds);
      sum_s += estimate.seconds;
    } catch (const InputError& error) {
      unknown = error.what();
    }
    lines.push_back({fmt::format("{}", number), point.folder, programmings, about, settings.empty() ? "-" : settings});
  }
  fmt::print("{}", aligned_table(lines, "rlrrl", kLongestLine));
  if (unknown.empty())
    fmt::print("{} points, {} trials at most each, about {} on {} thread{}\n", numbers.size(), study.trials.at_most, format_duration(sum_s),
               options.threads, options.threads == 1 ? "" : "s");
  else
    fmt::print(stderr, "swimsim: times are not known: {}\n", unknown);
  return kExitDone;
}

ManifestInfo info_of(const LoadedStudy& loaded, const StudyPoint& point, std::vector<std::string> files,
                     const std::vector<std::pair<std::string, std::string>>& digests, int threads,
                     const std::vector<std::pair<std::string, double>>& wall_seconds, bool complete) {
  LoadedWorkload workload;
  workload.text = loaded.text;
  workload.workload = point.workload;
  if (!loaded.study.base.empty()) files.insert(files.begin(), loaded.study.base);
  return manifest_info(workload, std::move(files), digests, threads, wall_seconds, complete);
}

TrialLooks looks_of(const Study& study) {
  if (!study.until) return {};
  return {study.trials.looks(), [&study](const std::vector<TrialRow>& rows) { return is_narrow_enough(*study.until, rows); }};
}

void remove_record(const fs::path& folder) {
  std::error_code error;
  fs::remove(folder / kPointRecord, error);
  if (error) throw ResourceError((folder / kPointRecord).string() + ": cannot remove this old file: " + error.message());
}

/// Runs one point to its end and leaves what `swimsim run` leaves, the journal and the record. False: interrupted.
bool run_point(const LoadedStudy& loaded, const StudyPoint& point, const std::string& out, RunOptions options, StudyProgress& progress) {
  const Study& study = loaded.study;
  const fs::path folder = fs::path(out) / point.folder;
  const FolderLock lock(folder.string());
  remove_record(folder);
  open_result_folder(folder.string(), resolved_yaml(point.workload));
  options.journal_path = (folder / kPointJournal).string();
  RunResults results;
  try {
    results = run_experiment(point.workload, options, progress, looks_of(study));
  } catch (const Interrupted&) {
    return false;
  } catch (const InputError& error) {
    discard_result_folder(folder.string());
    throw InputError(fmt::format("{}: {}", title_of(study, point), error.what()));
  }
  if (results.interrupted) return false;
  write_results(results, info_of(loaded, point, results.input_files, results.input_digests, options.threads, progress.wall_seconds(), true),
                folder.string());
  PointRecord record;
  record.trials = results.programming.empty() ? 0 : results.programming.front().trials;
  record.narrow_enough = study.until && is_narrow_enough(*study.until, results.trials);
  record.accuracy_half_width = widest_accuracy_half_width(results.trials);
  record.synthetic_images = results.synthetic_images;
  record.notes = results.notes;
  write_file_atomically((folder / kPointRecord).string(), point_record_json(study, point, record));
  return true;
}

PointState state_of(const Study& study, int number, const std::string& out, PointRecord* record = nullptr) {
  const StudyPoint& point = point_of(study, number);
  return state_of_point(study, point, (fs::path(out) / point.folder).string(), record);
}

/// How the points ended.
struct PointsDone {
  bool interrupted = false;
  std::vector<std::string> failures;  ///< points in which a model left its range; the others are not kept from running by them
};

/// Runs the points that are not finished.
PointsDone run_points(const LoadedStudy& loaded, const std::vector<int>& numbers, const std::string& out, const RunOptions& options,
                      ConsoleProgress& screen) {
  std::vector<int> to_do;
  for (const int number : numbers) {
    if (state_of(loaded.study, number, out) != PointState::finished) to_do.push_back(number);
  }
  if (to_do.size() < numbers.size())
    fmt::print(stderr, "{} of {} points are finished already\n", numbers.size() - to_do.size(), numbers.size());
  if (to_do.empty()) return {};
  const std::vector<double> seconds = estimates(loaded.study, to_do, options, screen);
  double sum_s = 0;
  for (const double s : seconds) sum_s += s;

  PointsDone done;
  StudyProgress progress(screen);
  progress.begin_study(loaded.study.name, sum_s);
  for (std::size_t i = 0; i < to_do.size(); ++i) {
    const StudyPoint& point = point_of(loaded.study, to_do[i]);
    progress.begin_point(title_of(loaded.study, point), seconds[i]);
    try {
      if (!run_point(loaded, point, out, options, progress)) {
        done.interrupted = true;
        return done;
      }
    } catch (const RangeError& error) {
      done.failures.push_back(fmt::format("{}: {}", title_of(loaded.study, point), error.what()));
    }
    progress.end_point();
  }
  progress.end_study();
  return done;
}

/// Says which points failed; the exit code.
int report_failures(const PointsDone& done) {
  for (const std::string& failure : done.failures) fmt::print(stderr, "swimsim: a model left the range it is valid in: {}\n", failure);
  return done.failures.empty() ? kExitDone : kExitRange;
}

void print_points(const Study& study, const std::vector<int>& numbers, const StudyTables& tables) {
  std::vector<std::vector<std::string>> lines{{"point", "name", "trials", "widest +-", "quantised", "all verified: time", "energy"}};
  const auto value = [&tables](const std::vector<std::string>& row, const char* column) {
    return std::strtod(row[tables.points.column(column)].c_str(), nullptr);
  };
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::vector<std::string>& row = tables.points.rows[i];
    const bool known = !row[tables.points.column("accuracy_ci95_half_width")].empty();
    lines.push_back({row[0], row[1], row[tables.points.column("trials")],
                     known ? percent(value(row, "accuracy_ci95_half_width")) + " %" : "-", percent(value(row, "accuracy_quantized")) + " %",
                     engineering(value(row, "full_time_s"), "s", Charset::ascii),
                     engineering(value(row, "full_energy_J"), "J", Charset::ascii)});
  }
  fmt::print("{}", aligned_table(lines, "rlrrr", kLongestLine));
  fmt::print("widest +-: half of the widest 95 % interval of a mean accuracy, over selectors and fractions\n");
  if (study.until) {
    const auto rule = [&](const std::vector<std::string>& row) { return row[tables.points.column("ended")] == "narrow enough"; };
    const auto narrow = std::count_if(tables.points.rows.begin(), tables.points.rows.end(), rule);
    fmt::print("{} of {} points ended by the study's rule, the others at {} trials\n", narrow, numbers.size(), study.trials.at_most);
  }
}

/// Writes the tables of the points that there are.
void collect(const LoadedStudy& loaded, const std::string& out, int threads, const ConsoleProgress& screen, const PointsDone& done) {
  const Study& study = loaded.study;
  std::vector<int> numbers;
  std::vector<std::pair<std::string, std::string>> records;
  std::string missing;
  bool complete = true;
  for (const int number : wanted_points(study, {})) {
    const StudyPoint& point = point_of(study, number);
    const PointState state = state_of(study, number, out);
    complete = complete && state == PointState::finished;
    if (state == PointState::missing) {
      missing += fmt::format("{}{}", missing.empty() ? "" : ", ", number);
      continue;
    }
    numbers.push_back(number);
    const std::string record = point.folder + "/" + kPointRecord;
    records.emplace_back(record, sha256_hex_of_file((fs::path(out) / record).string()));
  }
  if (numbers.empty() && !done.failures.empty()) return;
  if (numbers.empty()) throw InputError(fmt::format("--collect: no point of the study is finished in '{}'", out));
  const StudyTables tables = collect_points(study, numbers, out);
  write_study(study, tables, info_of(loaded, study.points.front(), {}, records, threads, screen.wall_seconds(), complete), out);
  print_points(study, numbers, tables);
  if (!missing.empty()) fmt::print(stderr, "swimsim: not in the tables, because they are not finished: points {}\n", missing);
  fmt::print("results: {}\n", (fs::path(out) / "results.csv").string());
}

/// A workflow makes the folders of its outputs before it starts a job.
bool holds_only_points(const std::string& out) {
  std::error_code error;
  for (fs::directory_iterator entry(out, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename() != "points") return false;
  }
  return true;
}

/// The folder as the study's, with the study as it was written.
void open_study_folder(const LoadedStudy& loaded, const std::string& out) {
  std::error_code error;
  fs::create_directories(out, error);
  if (error) throw ResourceError(fmt::format("{}: cannot be created: {}", out, error.message()));
  write_file_atomically((fs::path(out) / "study.yaml").string(), loaded.text.text);
}

}  // namespace

int study_command(const StudyArguments& arguments) {
  const LoadedStudy loaded = load_study(arguments);
  const RunOptions options = run_options(arguments);
  const std::vector<int> numbers = wanted_points(loaded.study, arguments.points);
  if (arguments.list) return list_points(loaded.study, numbers, options);
  if (arguments.collect && !arguments.points.empty()) throw InputError("--collect: it is about all points; leave --point away");
  const std::string out = arguments.out.empty() ? "results/" + loaded.study.name : arguments.out;
  check_result_folder(out, arguments.force || holds_only_points(out));

  ConsoleProgress screen;
  if (!arguments.points.empty()) {  // many may work in one folder, each at a point of its own
    check_result_kind(out, ResultKind::study, arguments.force);
    open_study_folder(loaded, out);
    install_signal_handlers();
    const PointsDone done = run_points(loaded, numbers, out, options, screen);
    if (done.interrupted) {
      fmt::print(stderr, "swimsim: interrupted; the same command goes on from there\n");
      return kExitInterrupted;
    }
    if (!done.failures.empty()) return report_failures(done);
    for (const int number : numbers) fmt::print("results: {}\n", (fs::path(out) / point_of(loaded.study, number).folder).string());
    return kExitDone;
  }

  const FolderLock lock(out);
  check_result_kind(out, ResultKind::study, arguments.force);
  PointsDone done;
  if (!arguments.collect) {
    open_study_folder(loaded, out);
    install_signal_handlers();
    done = run_points(loaded, numbers, out, options, screen);
    if (done.interrupted) {
      std::size_t finished = 0;
      for (const int number : numbers) finished += state_of(loaded.study, number, out) == PointState::finished ? 1 : 0;
      fmt::print(stderr, "swimsim: interrupted; {} of {} points are finished, and the same command goes on from there\n", finished,
                 numbers.size());
      return kExitInterrupted;
    }
  }
  collect(loaded, out, options.threads, screen, done);
  return report_failures(done);
}

}  // namespace swimsim
